import { describe, expect, test } from 'vitest';
import type { Control, EffectiveParam, Scope } from '../../src/model/index.ts';
import { notApplicableSection } from '../../src/report/content/no-exceptions.ts';
import { changedParamsWords } from '../../src/report/param-words.ts';
import type { ReportInput } from '../../src/report/report-input.ts';
import { renderText } from '../../src/report/text.ts';
import { reportInput } from './fixture.ts';

const plain = reportInput();
const [finding] = plain.findings();
const select = (profile: string) => ({ profile, frameworks: [], controls: [], severity: 'low' }) as const;

function wordsOf(params: Readonly<Record<string, EffectiveParam>>, profiles: readonly string[] = []) {
  if (finding === undefined) throw new Error('the fixture has no finding');
  const tailoring = { profiles: [], selects: profiles.map(select), excluded: [] };
  const scope: Scope = { ...plain.assessment.scope, ...(profiles.length === 0 ? {} : { tailoring }) };
  const spec = { type: 'list<string>', default: ['TLSv1.0', 'TLSv1.1'] } as const;
  const control = {
    ...plain.controls.get(finding.controlId),
    params: { refused: spec },
  } as unknown as Control;
  const controls = new Map([[finding.controlId, control]]);
  const input = { ...plain, controls, assessment: { ...plain.assessment, scope } };
  return changedParamsWords({ ...finding, params }, input);
}

describe('what a finding was judged by', () => {
  const refused = { value: ['TLSv1.0', 'TLSv1.1', 'TLSv1.2'], origin: 'profile' } as const;

  test('is said with the profile that gave it', () => {
    expect(wordsOf({ refused }, ['mozilla-modern-6.0'])).toBe(
      'by the profile mozilla-modern-6.0: refused = TLSv1.0, TLSv1.1, TLSv1.2 (title and fix are written for the default)',
    );
  });

  test('of several profiles none is named', () => {
    expect(wordsOf({ refused }, ['a', 'b'])).toContain('by the profile: refused = ');
  });

  test('is said by origin, long lists shortened', () => {
    const members = Array.from({ length: 11 }, (_, index) => `s${index}`);
    expect(
      wordsOf({
        bits: { value: 3000, origin: 'tag' },
        approved: { value: members, origin: 'target' },
        none: { value: [], origin: 'tag' },
      }),
    ).toBe(
      'by the tag: bits = 3000; none = none; by the target: approved = s0, s1, s2, s3, s4, s5, s6, s7, and 3 more (title and fix are written for the default)',
    );
  });

  test('is not said where it is the default, whoever gave it', () => {
    expect(wordsOf({ refused: { value: ['TLSv1.0', 'TLSv1.1'], origin: 'profile' } }, ['a'])).toBeUndefined();
    expect(wordsOf({ refused: { ...refused, origin: 'control' } })).toBeUndefined();
    expect(wordsOf({})).toBeUndefined();
  });
});

describe('a system that nobody named', () => {
  const { scope } = plain.assessment;
  const targets = scope.targets.map((target) => ({ ...target, named: target.id !== 'legacy' }));
  const input: ReportInput = {
    ...plain,
    assessment: { ...plain.assessment, scope: { ...scope, targets } },
  };
  const options = { bundlePath: './bundle', reportPaths: [], width: 200, full: true };

  test('is called by its URL and address', () => {
    const text = renderText(input, options);
    expect(text).toContain('are refused on https://legacy.example:443 at 192.0.2.10\n');
    expect(text).not.toMatch(/ on legacy\b/);
    expect(renderText(plain, options)).toMatch(/ on legacy\b/);
  });

  test('also where a test does not apply', () => {
    const findings = () =>
      [...input.findings()].map((one) => ({ ...one, reason: 'not-applicable' as const }));
    const [table] = notApplicableSection({ ...input, findings });
    if (table?.kind !== 'table') throw new Error('expected a table');
    const systems = [...table.rows].map(([system]) => system);
    expect(systems).toContain('https://legacy.example:443 at 192.0.2.10');
    expect(systems).not.toContain('legacy');
    expect(systems).toContain('hostile');
  });
});
