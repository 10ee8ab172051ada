import { describe, expect, test } from 'vitest';
import { sectionsOf } from '../../src/report/content/document.ts';
import { renderHtml } from '../../src/report/html.ts';
import { renderJson } from '../../src/report/json.ts';
import type { ReportInput } from '../../src/report/report-input.ts';
import { tally } from '../../src/report/tally.ts';
import { renderText } from '../../src/report/text.ts';
import { htmlAssets } from './assets.ts';
import { hostile, reportInput } from './fixture.ts';

const plain = reportInput();
const [first, second, ...rest] = plain.assessment.controls.map(({ id }) => id);
const digest = 'a'.repeat(64);

const input: ReportInput = {
  ...plain,
  assessment: {
    ...plain.assessment,
    looser: [
      {
        ...{ origin: 'tag', of: 'cde', control: first!, param: 'refused', reason: 'readers of 2019' },
        ...{ value: ['TLSv1.0'], default: ['TLSv1.0', 'TLSv1.1'], subjects: 3 },
      },
    ],
    scope: {
      ...plain.assessment.scope,
      tailoring: {
        profiles: [
          { id: 'base', title: 'Everywhere', sha256: digest },
          { id: 'cards', title: hostile.markup, extends: 'base', sha256: digest },
        ],
        selects: [{ profile: 'cards', frameworks: ['hipaa'], controls: [], severity: 'medium' }],
        excluded: [
          {
            ...{
              control: 'tls.house.left-out',
              title: 'Left out',
              reason: 'because of RISK-9',
              profile: 'base',
            },
            requirements: [{ framework: 'hipaa', id: '164.312(e)(1)' }],
          },
        ],
      },
      ownControls: [
        {
          ...{ id: 'NET-1', wording: '=HYPERLINK("x")', owner: '@net', frequency: 'daily' },
          requirements: [{ framework: 'hipaa', id: '164.312(e)(1)' }],
          controls: [first!, 'tls.house.left-out', 'tls.house.not-run'],
        },
        {
          id: 'HR-1',
          wording: 'People sign',
          owner: 'hr',
          frequency: 'yearly',
          requirements: [],
          controls: [],
        },
      ],
    },
  },
};
const ordered: ReportInput = { ...input, order: 'own-controls' };
const options = { bundlePath: './bundle', reportPaths: [], width: 120, full: false };
const idsOf = (of: ReportInput) => sectionsOf(of, tally(of)).map(({ id }) => id);
const html = (of: ReportInput): string => [...renderHtml(of, htmlAssets)].join('');
const sectionOf = (of: ReportInput, id: string): string =>
  html(of)
    .split('<section ')
    .find((section) => section.startsWith(`aria-labelledby="${id}"`)) ?? '';

describe('tailoring', () => {
  test('is counted in one line after a scan, and listed in the full text', () => {
    const short = renderText(input, options);
    expect(short).toContain('tailored: 1 looser parameter, 1 test left out\n');
    expect(short).not.toContain('RISK-9');
    expect(short.trimEnd().split('\n').length).toBeLessThanOrEqual(25);
    const full = renderText(input, { ...options, full: true }).replaceAll(/\n {2}/g, ' ');
    expect(full).toContain(
      `looser: ${first} refused = ["TLSv1.0"] in place of ["TLSv1.0","TLSv1.1"], by the tag cde: readers of 2019`,
    );
    expect(full).toContain('left out: tls.house.left-out, by the profile base: because of RISK-9');
  });

  test('has a section with origin and reason, exclusions, profiles and their digests', () => {
    expect(idsOf(plain)).not.toContain('tailoring');
    const section = sectionOf(input, 'tailoring');
    for (const part of [
      'readers of 2019',
      'the tag cde',
      'because of RISK-9',
      'base',
      digest,
      'severity medium',
    ])
      expect(section).toContain(part);
    expect(section).toContain('(extends base)');
    expect(section).not.toContain(hostile.markup);
  });

  test('is in JSON as it is in the bundle', () => {
    const { assessment } = JSON.parse([...renderJson(input)].join(''));
    expect(assessment.looser).toEqual(input.assessment.looser);
    expect(assessment.scope.tailoring).toEqual(input.assessment.scope.tailoring);
    expect(assessment.scope.ownControls).toEqual(input.assessment.scope.ownControls);
  });

  test('shows that nothing is looser where a profile only selects', () => {
    const { looser: _, ...assessment } = input.assessment;
    const section = sectionOf({ ...input, assessment }, 'tailoring');
    expect(section).toContain('No parameter is looser than its default.');
  });
});

describe('own controls', () => {
  test('stand after the findings, or first where the report is ordered by them', () => {
    expect(idsOf(plain)).not.toContain('own-controls');
    const usual = idsOf(input);
    expect(usual.indexOf('own-controls')).toBeGreaterThan(usual.indexOf('no-exceptions'));
    const first = idsOf(ordered);
    expect(first.indexOf('own-controls')).toBe(first.indexOf('exceptions') - 1);
    expect(first.filter((id) => id === 'own-controls')).toHaveLength(1);
  });

  test('are listed with each test’s result, those without a test, and tests under none', () => {
    const section = sectionOf(input, 'own-controls');
    for (const part of [
      'NET-1: =HYPERLINK(&quot;x&quot;)',
      '@net, daily',
      'exceptions on ',
      'left out by the profile base: because of RISK-9',
      'not part of this scan',
      'No test stands under it: a person has to test it.',
      'Own controls without a test in this scan',
      'Tests under no own control',
      second!,
    ])
      expect(section).toContain(part);
    const [, apart = ''] = section.split('Tests under no own control');
    expect(apart).not.toContain(`(${first})`);
    for (const id of [second, ...rest]) expect(apart).toContain(`(${id})`);
  });

  test('a part that was not tested is never left out of a result', () => {
    const results = plain.assessment.controls.map(({ reasons }) => reasons);
    expect(results.some(({ fail, unseen, pass }) => fail > 0 && unseen > 0 && pass > 0)).toBe(true);
    expect(sectionOf(input, 'own-controls')).toMatch(
      /exceptions on \d of \d systems, not tested on \d of \d systems, no exceptions on \d of \d systems/,
    );
  });

  test('hold the findings of their tests, and every finding is still there', () => {
    const usual = sectionOf(input, 'exceptions');
    const grouped = sectionOf(ordered, 'exceptions');
    const count = (text: string) => text.match(/<article|class="finding/g)?.length ?? 0;
    expect(count(grouped)).toBe(count(usual));
    expect(count(grouped)).toBeGreaterThan(2);
    expect(grouped.indexOf('NET-1')).toBeLessThan(grouped.indexOf('Under no own control'));
  });

  test('in text: with their results in the full report, with the failures below where ordered', () => {
    expect(renderText(input, options)).not.toContain('NET-1');
    const full = renderText(input, { ...options, full: true });
    expect(full).toContain('NET-1: =HYPERLINK("x") (@net, daily)');
    expect(full).toContain(
      'HR-1: People sign (hr, yearly)\n  no test stands under it: a person has to test it',
    );
    expect(full).toContain('under no own control:');
    const text = renderText(ordered, { ...options, full: true });
    const fixes = (of: string) => of.match(/^ {2}fix: /gm)?.length ?? 0;
    expect(fixes(text)).toBe(fixes(full));
    expect(text.indexOf('NET-1')).toBeLessThan(text.indexOf('fix: '));
  });
});

test('what has to be asked for, and was not, is told with how to ask', () => {
  const requirements = [{ framework: 'hipaa', id: '164.312(e)(1)' }];
  const unasked = { control: 'tls.vuln.made-up', title: 'Made up', probe: 'flaws', requirements } as const;
  const { scope } = plain.assessment;
  const asked: ReportInput = {
    ...plain,
    assessment: { ...plain.assessment, scope: { ...scope, notAskedFor: [unasked] } },
  };
  const view = { width: 100, bundlePath: 'b', reportPaths: [], style: (_: string, text: string) => text };
  expect(renderText(asked, { ...view, full: false })).toContain(
    'tailored: 1 test not asked for (--probe flaws)\n',
  );
  expect(renderText(asked, { ...view, full: true })).toContain('not asked for: tls.vuln.made-up, Made up');
  expect([...renderHtml(asked, htmlAssets)].join('')).toContain(
    'Tests that have to be asked for, and were not',
  );
});
