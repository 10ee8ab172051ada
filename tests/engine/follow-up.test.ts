import { describe, expect, test } from 'vitest';
import { defaultDueDays, dueDate, isOverdue, ownerOf } from '../../src/engine/due.ts';
import { followUps } from '../../src/engine/follow-up-list.ts';
import { startHistory } from '../../src/engine/history.ts';
import { createJudge } from '../../src/engine/judge.ts';
import type {
  Assessment,
  Control,
  Finding,
  History,
  JudgeInput,
  Scope,
  SubjectRecord,
} from '../../src/model/index.ts';
import { control, facts, recordOf, refusedParam, seen, subject, unseen, whole } from './fixture.ts';

const obsolete = control('params.refused.all(v, tls.versions[v] == "refused")', { params: refusedParam });
const versions = (first: string, second: string): SubjectRecord =>
  recordOf([seen('tls.versions', { 'TLSv1.0': first, 'TLSv1.1': second }, [whole('', 2)])]);
const weak = versions('accepted', 'accepted');
const half = versions('refused', 'accepted');
const hard = versions('refused', 'refused');
const blind = recordOf([unseen('tls.versions')]);

interface Night {
  readonly day: number;
  readonly record: SubjectRecord | undefined;
  readonly control?: Control;
  readonly scope?: Partial<Scope>;
  readonly history?: History;
}

interface Judged {
  readonly input: JudgeInput;
  readonly findings: readonly Finding[];
  readonly assessment: Assessment;
}

function judge({ day, record, control: one = obsolete, scope, history }: Night): Judged {
  const at = `2026-11-${String(day).padStart(2, '0')}T02:00:00.000Z`;
  const input: JudgeInput = {
    run: {
      format: 0,
      id: `run ${day}`,
      tool: { name: 'assay', version: '0', semantics: 1 },
      startedAt: at,
      endedAt: at,
      judgedAt: at,
      utcOffsetMinutes: 0,
      vantage: 'here',
      operator: { user: 'me', host: 'here', root: false },
      series: null,
      draft: true,
      failOn: 'high',
      selection: { frameworks: [], controls: [], tags: [], severity: 'low' },
      controlSetSha256: '0'.repeat(64),
    },
    scope: {
      format: 0,
      inventory: 'configuration',
      audits: [],
      targets: [],
      subjects: record ? [record.subject] : [],
      outOfScope: [],
      dueDays: defaultDueDays,
      ...scope,
    },
    overrides: { format: 0, overrides: [] },
    controls: [{ file: `${one.id}.yaml`, text: `id: ${one.id}\n`, control: one }],
    facts,
    frameworks: [],
    ...(history === undefined ? {} : { history }),
  };
  const judging = createJudge(input);
  const findings = record ? judging.subject(record) : [];
  return { input, findings, assessment: { ...judging.finish(), digests: {} } };
}

/** Each night compared with the one before, as a chain. */
function nights(...all: readonly Night[]): Judged {
  let last: Judged | undefined;
  for (const night of all) {
    const history = last && historyOf(last);
    last = judge({ ...night, ...(history === undefined ? {} : { history }) });
  }
  if (last === undefined) throw new Error('expected a night');
  return last;
}

function historyOf({ input: { run, history }, findings }: Judged): History {
  const fold = startHistory((id) => id);
  const { id: runId, endedAt } = run;
  fold.add(
    { fingerprint: '0'.repeat(64), runId, endedAt, signature: { kind: 'unsigned' } },
    history,
    findings,
  );
  return fold.result();
}

function listOf({ input: { history }, findings, assessment }: Judged, at = assessment.run.judgedAt) {
  return [...followUps({ assessment, history, findings, at })];
}

const none = {
  new: 0,
  back: 0,
  still: 0,
  gone: 0,
  testedOtherwise: 0,
  notApplicable: 0,
  notTestedNow: 0,
  newlyNotTested: 0,
};

describe('what changed', () => {
  const other = { ...obsolete, version: 2 };
  const looser = {
    ...obsolete,
    params: { refused: { type: 'list<string>', default: ['TLSv1.0'] } },
  } as const;
  const never = { ...obsolete, appliesWhen: { expression: 'false', otherwise: 'not here' } };

  test.each<[string, readonly Night[], object]>([
    ['the same', [weak, weak].map(nightly), { still: 2 }],
    ['one mended', [weak, half].map(nightly), { still: 1, gone: 1 }],
    ['all mended', [weak, hard].map(nightly), { gone: 2 }],
    ['one new', [half, weak].map(nightly), { still: 1, new: 1 }],
    ['one back', [weak, half, weak].map(nightly), { still: 1, back: 1 }],
    ['not reached', [weak, blind].map(nightly), { notTestedNow: 2, newlyNotTested: 1 }],
    ['not reached again', [weak, blind, blind].map(nightly), { notTestedNow: 2 }],
    ['reached again', [weak, blind, weak].map(nightly), { still: 2 }],
    ['mended after a blind night', [weak, blind, hard].map(nightly), { gone: 2 }],
    ['no longer a target', [weak, undefined].map(nightly), { notTestedNow: 2 }],
    [
      'another version of the test',
      [
        { day: 1, record: weak },
        { day: 2, record: hard, control: other },
      ],
      { testedOtherwise: 2 },
    ],
    [
      'looser parameters',
      [
        { day: 1, record: weak },
        { day: 2, record: half, control: looser },
      ],
      { testedOtherwise: 2 },
    ],
    [
      'not applicable',
      [
        { day: 1, record: weak },
        { day: 2, record: weak, control: never },
      ],
      { notApplicable: 2 },
    ],
    ['a good start', [hard, hard].map(nightly), {}],
  ])('%s', (_, all, expected) => {
    const { since, ...counts } = nights(...all).assessment.changes ?? {};
    expect(counts).toEqual({ ...none, ...expected });
    expect(since).toHaveLength(1);
  });

  function nightly(record: SubjectRecord | undefined, index: number): Night {
    return { day: index + 1, record };
  }

  test('never changes how a scan ends', () => {
    for (const record of [weak, half, hard, blind]) {
      const compared = nights({ day: 1, record: weak }, { day: 2, record });
      expect(compared.assessment.outcome).toEqual(judge({ day: 2, record }).assessment.outcome);
    }
  });
});

describe('dates and owners', () => {
  test('a bundle that has neither days nor history is judged as before', () => {
    const { dueDays: _, ...scope } = judge({ day: 1, record: weak }).input.scope;
    const judging = createJudge({ ...judge({ day: 1, record: weak }).input, scope });
    const [finding] = judging.subject(weak);
    expect(Object.keys(finding?.exceptions[0] ?? {})).toEqual(['item', 'fingerprint', 'readings']);
    expect(finding).not.toHaveProperty('owner');
    expect(judging.finish()).not.toHaveProperty('changes');
  });

  test('days run from when it was first seen, by severity', () => {
    expect(dueDate('2026-11-01T23:59:59.999Z', 30)).toBe('2026-12-01');
    expect(
      nights({ day: 1, record: weak }, { day: 9, record: weak }).findings[0]?.exceptions[0],
    ).toMatchObject({
      firstSeen: '2026-11-01T02:00:00.000Z',
      lastSeen: '2026-11-09T02:00:00.000Z',
      due: '2026-12-01',
    });
    const critical = { ...obsolete, severity: 'critical' as const };
    expect(judge({ day: 1, record: weak, control: critical }).findings[0]?.exceptions[0]?.due).toBe(
      '2026-11-08',
    );
  });

  test('the last day is still in time', () => {
    expect(isOverdue('2026-12-01', '2026-12-01T23:59:59.999Z')).toBe(false);
    expect(isOverdue('2026-12-01', '2026-12-02T00:00:00.000Z')).toBe(true);
    expect(isOverdue(undefined, '2026-12-02T00:00:00.000Z')).toBe(false);
  });

  test('an owner of the target goes before one of a tag, and that before one of the control', () => {
    const owners = [
      { tag: 'cde', owner: 'cards' },
      { tag: 'public', owner: 'edge' },
    ];
    const both = { ...subject, tags: ['public', 'cde'] };
    expect(ownerOf({ ...both, owner: 'web' }, { owner: 'tls' }, { owners })).toBe('web');
    expect(ownerOf(both, { owner: 'tls' }, { owners })).toBe('edge');
    expect(ownerOf({ tags: ['none'] }, { owner: 'tls' }, { owners })).toBe('tls');
    expect(ownerOf({ tags: [] }, {}, {})).toBeUndefined();
    const { findings } = judge({ day: 1, record: weak, scope: { owners } });
    expect([findings[0]?.owner, findings[0]?.exceptions[0]?.owner]).toEqual(['cards', 'cards']);
  });
});

describe('the list of what to see to', () => {
  test('keeps what was not tested now, with its dates, under the key that it had', () => {
    const before = judge({ day: 1, record: weak, scope: { owners: [{ tag: 'cde', owner: 'cards' }] } });
    const keys = before.findings[0]?.exceptions.map(({ fingerprint }) => fingerprint);
    for (const record of [blind, undefined]) {
      const now = judge({ day: 9, record, history: historyOf(before) });
      const kept = listOf(now).filter(({ state }) => state === 'unconfirmed');
      expect(kept.map(({ key }) => key)).toEqual(keys);
      expect(kept[0]).toMatchObject({
        firstSeen: '2026-11-01T02:00:00.000Z',
        lastSeen: '2026-11-01T02:00:00.000Z',
        due: '2026-12-01',
        owner: 'cards',
        new: false,
        evidence: [],
      });
    }
  });

  test('has each exception once, and says which are new', () => {
    const list = listOf(nights({ day: 1, record: half }, { day: 2, record: weak }));
    expect(list.map(({ state, item, new: isNew }) => [state, item, isNew])).toEqual([
      ['exception', 'TLSv1.0', true],
      ['exception', 'TLSv1.1', false],
    ]);
  });

  test('says where the system is', () => {
    for (const record of [weak, blind])
      expect(listOf(nights({ day: 1, record }))[0]).toMatchObject({ locator: 'tls://web.example:443' });
  });

  test('what cannot be tested becomes overdue as well', () => {
    const now = nights({ day: 1, record: blind }, { day: 2, record: blind });
    const [gap] = listOf(now, '2027-01-01T00:00:00.000Z');
    expect(gap).toMatchObject({ state: 'not-tested', due: '2026-12-01', overdue: true, new: false });
    expect(gap?.message).toBe('no tls.versions');
    expect(listOf(now)[0]?.overdue).toBe(false);
  });

  test('is empty where everything passes', () => {
    expect(listOf(nights({ day: 1, record: weak }, { day: 2, record: hard }))).toEqual([]);
  });
});
