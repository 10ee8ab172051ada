import {
  byCodeUnit,
  type CollectedObservation,
  type Completeness,
  type EvidenceItem,
  type Json,
  type Target,
} from '../model/index.ts';
import { type Meetings, sources } from './meetings.ts';

/** What a comparison came to. */
interface Compared {
  readonly value: Json;
  readonly completeness: readonly Completeness[];
  readonly request: string;
  readonly evidence: readonly EvidenceItem[];
}

export function seen(
  fact: string,
  at: string,
  { value, completeness, request, evidence }: Compared,
): CollectedObservation {
  return {
    kind: 'seen',
    fact,
    method: 'EXAMINE',
    startedAt: at,
    endedAt: at,
    attempts: 1,
    requests: [request],
    evidence,
    value,
    completeness,
    withheld: [],
  };
}

export function undeclaredRegister(fact: string, register: string, at: string): CollectedObservation {
  return undeclared(fact, at, {
    message: `expected a register of ${register}, got none`,
    remedy: `Name the file under registers: ${register}: in assay.yaml.`,
  });
}

export function undeclared(
  fact: string,
  at: string,
  why: { readonly message: string; readonly remedy: string },
): CollectedObservation {
  return {
    kind: 'unseen',
    fact,
    method: 'EXAMINE',
    startedAt: at,
    endedAt: at,
    attempts: 1,
    requests: [],
    evidence: [],
    reason: { code: 'ERR_NOT_DECLARED', ...why },
  };
}

/** What was not seen whole of the targets of a kind, and those that this scan left out. */
export function missingOf(
  met: Meetings,
  targets: readonly Target[],
  kind: keyof typeof sources,
): Completeness['missing'] {
  return [...met.missing(sources[kind]), ...leftOut(met, targets, kind)];
}

/** What was not seen whole of facts of database servers; that there is none to look at shows nothing. */
export function missingOfServers(
  met: Meetings,
  targets: readonly Target[],
  facts: readonly string[],
): Completeness['missing'] {
  const servers = targets.filter(({ kind }) => kind === 'postgres-server');
  return [
    ...facts.flatMap((fact) =>
      met.missing(fact).map(({ what, why }) => ({ what: `${fact} of ${what}`, why })),
    ),
    ...leftOut(met, targets, 'postgres-server'),
    ...(servers.length > 0 ? [] : [{ what: 'database servers', why: 'none is a target' }]),
  ];
}

/** Targets of a kind that this scan left out. */
export function leftOut(
  met: Meetings,
  targets: readonly Target[],
  kind: Target['kind'],
): Completeness['missing'] {
  return targets
    .filter((target) => target.kind === kind && !met.looked(target.id))
    .map(({ id }) => ({ what: id, why: 'left out of this scan' }));
}

/** By key, in code units: the same whatever came first. */
export function ordered<R>(rows: ReadonlyMap<string, R>): readonly R[] {
  return [...rows].sort(([a], [b]) => byCodeUnit(a, b)).map(([, row]) => row);
}

const dayMs = 86_400_000;

/** Whole days. A date alone begins at midnight UTC, which may still be to come where the organisation is. */
export function ageDays(since: string, at: string): number {
  return Math.max(0, Math.floor((Date.parse(at) - Date.parse(since)) / dayMs));
}
