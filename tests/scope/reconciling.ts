import type { Json, Observation, Seen, SubjectRecord, Target } from '../../src/model/index.ts';
import type { Declared } from '../../src/scope/declared.ts';
import { startReconciliation } from '../../src/scope/reconcile.ts';

/** The end of the looks. */
export const at = '2026-11-20T10:00:00.000Z';

export function target(id: string, host: string, kind: Target['kind'] = 'tls-endpoint'): Target {
  const locator = kind === 'tls-endpoint' ? `https://${host}:443` : `postgres://${host}:5432`;
  return { id, named: true, kind, locator, host, port: 443, addresses: [], tags: [], optional: false };
}

/** All that are declared, unless a test says otherwise. */
export const targets = [target('web', 'pay.example'), target('db', 'db.example', 'postgres-server')];

export function seen(
  fact: string,
  value: Json,
  missing: readonly { what: string; why: string }[] = [],
): Seen {
  const completeness = [{ list: '', basis: 'all', returned: 1, missing }];
  const observed = {
    method: 'TEST',
    startedAt: at,
    endedAt: at,
    attempts: 1,
    requests: [],
    evidence: [],
  } as const;
  return { ...observed, kind: 'seen', fact, value, completeness, withheld: [] };
}

export function unseen(fact: string): Observation {
  const observed = {
    method: 'TEST',
    startedAt: at,
    endedAt: at,
    attempts: 1,
    requests: [],
    evidence: [],
  } as const;
  return {
    ...observed,
    kind: 'unseen',
    fact,
    reason: { code: 'ERR_TIMEOUT', message: 'no answer', remedy: 'wait' },
  };
}

/** One look at a target. */
export function record(
  { id, kind, locator, host, port }: Target,
  observations: readonly Observation[],
): SubjectRecord {
  const subject = { id, targetId: id, kind, locator, host, port, tags: [], optional: false };
  return { format: 0, subject, vantage: 'here', identity: {}, connections: 1, observations };
}

/** What the organisation's facts come to, by name. */
export function factsOf(
  records: readonly SubjectRecord[],
  over: Partial<Declared> = {},
): ReadonlyMap<string, Observation> {
  const declared = {
    targets,
    outOfScope: [],
    registers: {},
    previous: [],
    earlier: { tickets: [], discoveries: [], access: [] },
    files: {},
    ...over,
  };
  const reconciliation = startReconciliation(declared);
  for (const one of records) reconciliation.add(one);
  return new Map(reconciliation.finish(at).map((one) => [one.fact, one as unknown as Observation]));
}

export function factValue(facts: ReadonlyMap<string, Observation>, fact: string): Json {
  const observation = facts.get(fact);
  if (observation?.kind !== 'seen') throw new Error(`expected ${fact} to be seen`);
  return observation.value;
}

/** What its first list is known to miss. */
export function missingOf(facts: ReadonlyMap<string, Observation>, fact: string): Json {
  const observation = facts.get(fact);
  if (observation?.kind !== 'seen') throw new Error(`expected ${fact} to be seen`);
  return [...(observation.completeness[0]?.missing ?? [])];
}
