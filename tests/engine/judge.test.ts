import { describe, expect, test } from 'vitest';
import { compileControl } from '../../src/engine/assertion.ts';
import { createJudge } from '../../src/engine/judge.ts';
import { outcomeOf } from '../../src/engine/outcome.ts';
import { plan } from '../../src/engine/plan.ts';
import type { Audit, Control, ControlSource, Framework, Run, Scope } from '../../src/model/index.ts';
import { control, facts, recordOf, refusedParam, seen, subject, unseen, whole } from './fixture.ts';

const obsolete = control('params.refused.all(v, tls.versions[v] == "refused")', {
  params: refusedParam,
  satisfies: { demo: [{ id: '1.1', strength: 'partial', element: 'versions' }] },
});
const source = (one: Control): ControlSource => ({
  file: `${one.id}.yaml`,
  text: `id: ${one.id}\n`,
  control: one,
});

const framework: Framework = {
  id: 'demo',
  title: 'Demo',
  version: '1',
  source: '',
  copyright: '',
  requirements: [
    { id: '1', title: 'Heading', parent: null, section: '', kind: 'heading', testability: 'rollup' },
    { id: '1.1', title: 'Tested', parent: '1', section: '', kind: 'x', testability: 'automated' },
    { id: '1.2', title: 'Not yet', parent: '1', section: '', kind: 'x', testability: 'assisted' },
    { id: '1.3', title: 'By people', parent: '1', section: '', kind: 'x', testability: 'manual' },
    {
      id: '1.4',
      title: 'For issuers',
      parent: '1',
      section: '',
      kind: 'x',
      testability: 'automated',
      appliesTo: ['issuer'],
    },
  ],
};

const run: Run = {
  format: 0,
  id: '00000000-0000-4000-8000-000000000000',
  tool: { name: 'assay', version: '0', semantics: 1 },
  startedAt: '2026-11-20T00:00:00.000Z',
  endedAt: '2026-11-20T00:00:01.000Z',
  judgedAt: '2026-11-20T00:00:01.000Z',
  utcOffsetMinutes: 0,
  vantage: 'here',
  operator: { user: 'me', host: 'here', root: false },
  series: null,
  draft: true,
  failOn: 'high',
  selection: { frameworks: [], controls: [], tags: [], severity: 'low' },
  controlSetSha256: '0'.repeat(64),
};

function scopeOf(audit: Audit): Scope {
  return {
    format: 0,
    inventory: 'configuration',
    audits: [audit],
    targets: [],
    subjects: [subject],
    outOfScope: [],
  };
}

const audit: Audit = { framework: 'demo', role: 'merchant', boundaryTags: [], declared: true };
const pass = recordOf([seen('tls.versions', { 'TLSv1.0': 'refused', 'TLSv1.1': 'refused' }, [whole('', 2)])]);
const fail = recordOf([
  seen('tls.versions', { 'TLSv1.0': 'accepted', 'TLSv1.1': 'refused' }, [whole('', 2)]),
]);
const blind = recordOf([unseen('tls.versions')]);

function assess(records: readonly (typeof pass)[], over: Partial<Scope> = {}, controls = [obsolete]) {
  const scope = { ...scopeOf(audit), ...over };
  const judge = createJudge({
    run,
    scope,
    overrides: { format: 0, overrides: [] },
    controls: controls.map(source),
    facts,
    frameworks: [framework],
  });
  for (const record of records) judge.subject(record);
  return judge.finish();
}

describe('roll-up', () => {
  test('a passing partial control never makes a requirement better than partly tested', () => {
    const [result] = assess([pass]).audits;
    expect(result?.assessable).toBe(4);
    expect(result?.states).toMatchObject({
      'no-exceptions': 0,
      'partly-tested': 1,
      'not-tested': 1,
      'needs-document': 1,
      'not-applicable': 1,
    });
    expect(result?.requirements).toEqual([
      { id: '1.1', state: 'partly-tested', controls: 1, passed: 1, failed: 0, unseen: 0 },
      { id: '1.4', state: 'not-applicable', controls: 0, passed: 0, failed: 0, unseen: 0, outside: 'role' },
    ]);
  });

  test('the states always sum to the denominator', () => {
    for (const records of [[pass], [fail], [blind], [pass, fail], []]) {
      const [result] = assess(records).audits;
      expect(Object.values(result?.states ?? {}).reduce((sum, one) => sum + one, 0)).toBe(result?.assessable);
    }
  });

  test('one exception anywhere in the boundary is an exception of the requirement', () => {
    expect(assess([pass, fail]).audits[0]?.requirements[0]).toMatchObject({ state: 'exceptions', failed: 1 });
  });

  test('a control unseen somewhere is not counted as passed', () => {
    expect(assess([pass, blind]).audits[0]?.requirements[0]).toMatchObject({ passed: 0, unseen: 1 });
  });

  test('subjects outside the boundary do not count', () => {
    const outside = { audits: [{ ...audit, boundaryTags: ['other'] }] };
    expect(assess([fail], outside).audits[0]?.requirements[0]).toMatchObject({
      state: 'not-tested',
      failed: 0,
    });
  });

  test('a supporting link decides nothing', () => {
    const supporting = { ...obsolete, satisfies: { demo: [{ id: '1.1', strength: 'supporting' as const }] } };
    expect(assess([fail], {}, [supporting]).audits[0]?.states.exceptions).toBe(0);
  });
});

describe('outcome', () => {
  const none = { pass: 0, fail: 0, unseen: 0, error: 0, 'not-applicable': 0 };
  const input = {
    run: { failOn: 'high' },
    counts: { ...none, pass: 3 },
    failedBySeverity: { low: 0, medium: 0, high: 0, critical: 0 },
    unproven: 0,
  } as const;

  test('clean', () => expect(outcomeOf(input).exitCode).toBe(0));
  test('nothing measured is never clean', () => {
    expect(outcomeOf({ ...input, counts: none }).exitCode).toBe(4);
    expect(outcomeOf({ ...input, counts: { ...none, 'not-applicable': 9 } }).exitCode).toBe(4);
  });
  test('exceptions at the bound', () => {
    const failed = { low: 0, medium: 0, high: 1, critical: 0 };
    const counts = { ...none, pass: 1, fail: 1 };
    expect(outcomeOf({ ...input, counts, failedBySeverity: failed }).exitCode).toBe(3);
    expect(outcomeOf({ ...input, counts, failedBySeverity: failed, unproven: 2 }).exitCode).toBe(3);
    const below = { ...failed, high: 0, medium: 1 };
    expect(outcomeOf({ ...input, counts, failedBySeverity: below }).exitCode).toBe(0);
    expect(outcomeOf({ ...input, run: { failOn: 'none' }, counts, failedBySeverity: failed }).exitCode).toBe(
      0,
    );
  });
  test('not proven', () => {
    expect(outcomeOf({ ...input, unproven: 1 }).exitCode).toBe(4);
  });
  test('a defect of ours beats exceptions, a signal beats all', () => {
    const counts = { ...none, error: 1, fail: 1 };
    expect(outcomeOf({ ...input, counts }).exitCode).toBe(1);
    expect(outcomeOf({ ...input, counts, run: { failOn: 'high', interrupted: 'SIGINT' } }).exitCode).toBe(
      130,
    );
    expect(outcomeOf({ ...input, counts, run: { failOn: 'high', interrupted: 'SIGTERM' } }).exitCode).toBe(
      143,
    );
  });
});

test('an optional target that was not reached does not make the scan unproven', () => {
  expect(assess([pass, { ...blind, subject: { ...subject, optional: true } }]).outcome.exitCode).toBe(0);
  expect(assess([pass, blind]).outcome.exitCode).toBe(4);
});

test('a control of a kind nothing in scope is of is listed, and counts where an audit selects it', () => {
  const elsewhere = { subjects: [{ ...subject, kind: 'postgres-server' as const }] };
  const assessment = assess([], elsewhere);
  expect(assessment.noSubject).toEqual([{ controlId: obsolete.id, kind: 'tls-endpoint', inAudit: true }]);
  const { declared: _, ...undeclared } = audit;
  expect(assess([], { ...elsewhere, audits: [undeclared] }).noSubject[0]?.inAudit).toBe(false);
});

test('targets that say the same of themselves are reported', () => {
  const identity = { 'system-identifier': '7' };
  const first = { ...pass, identity };
  const second = { ...pass, identity, subject: { ...subject, id: 'replica' } };
  expect(assess([first, second]).sameSystem).toEqual([['web', 'replica']]);
});

test.each([
  ['a primary and its standby', { node: 'primary' }, { node: 'standby' }],
  ['two standbys', { node: 'standby', started: 'a' }, { node: 'standby', started: 'b' }],
])('%s are two systems', (_, one, other) => {
  const identified = (identity: object) => ({ 'system-identifier': '7', ...identity });
  const first = { ...pass, identity: identified(one) };
  const second = { ...pass, identity: identified(other), subject: { ...subject, id: 'replica' } };
  expect(assess([first, second]).sameSystem).toEqual([]);
});

test('a plan holds every selected control on every subject of its kind', () => {
  const compiled = [compileControl(obsolete, facts)];
  const planned = plan(compiled, [subject, { ...subject, id: 'other', kind: 'postgres-server' }]);
  expect(planned.subjects.map(({ facts: wanted }) => wanted)).toEqual([['tls.versions'], []]);
  expect(plan(compiled, []).noSubject.map(({ id }) => id)).toEqual([obsolete.id]);
});
