import { type Principal, type Subject, type SubjectRecord, systemOf } from '../model/index.ts';
import type { ReportInput } from './report-input.ts';

interface RightsGroup {
  readonly principal?: Principal;
  readonly firstSubject: string;
  readonly subjects: number;
}

/** A group while it is counted: ids of its systems. */
interface OpenGroup {
  readonly principal?: Principal;
  readonly firstSubject: string;
  readonly systems: Set<string>;
}

/** What one walk over the subjects gives. */
export interface SubjectTally {
  /**
   * Systems that subjects are, or are a side of: a TLS endpoint and the HTTP behind it are one. The organisation is
   * compared and not reached.
   */
  readonly systems: number;
  /** Systems of which at least one fact was seen. */
  readonly tested: number;
  readonly notReached: number;
  readonly connections: number;
  readonly evidenceFiles: number;
  readonly rights: readonly RightsGroup[];
  /** Long queries and their numbers, in the order of subjects and facts. */
  readonly queries: ReadonlyMap<string, number>;
}

export function tallySubjects(input: ReportInput): SubjectTally {
  const rights = new Map<string, OpenGroup>();
  const queries = new Map<string, number>();
  const tested = new Set<string>();
  let connections = 0;
  let evidenceFiles = 0;
  for (const record of input.subjects()) {
    connections += record.connections;
    evidenceFiles += filesOf(record);
    for (const { requests } of record.observations)
      for (const request of requests) numberQuery(queries, request);
    if (!isSystem(record.subject) || !isTested(record)) continue;
    tested.add(systemOf(record.subject));
    countRights(rights, record);
  }
  const systems = new Set(input.assessment.scope.subjects.filter(isSystem).map(systemOf)).size;
  return {
    systems,
    tested: tested.size,
    notReached: systems - tested.size,
    connections,
    evidenceFiles,
    rights: [...rights.values()].map(({ systems: { size }, ...group }) => ({ ...group, subjects: size })),
    queries,
  };
}

/** Several facts may rest on one file. */
function filesOf({ observations }: SubjectRecord): number {
  return new Set(observations.flatMap(({ evidence }) => evidence.map(({ ref }) => ref))).size;
}

const shortQuery = { lines: 3, characters: 240 } as const;
const mostQueries = 200;

/** Queries are the collectors' own text, so there are few; the limit is for the case that they are not. */
function numberQuery(queries: Map<string, number>, request: string): void {
  const isShort = request.length <= shortQuery.characters && request.split('\n').length <= shortQuery.lines;
  if (!isShort && !queries.has(request) && queries.size < mostQueries) queries.set(request, queries.size + 1);
}

function countRights(rights: Map<string, OpenGroup>, { subject, principal }: SubjectRecord): void {
  const key = JSON.stringify(principal ?? null);
  const group: OpenGroup = rights.get(key) ?? {
    ...(principal === undefined ? {} : { principal }),
    firstSubject: subject.id,
    systems: new Set(),
  };
  group.systems.add(systemOf(subject));
  rights.set(key, group);
}

function isSystem({ kind }: Subject): boolean {
  return kind !== 'organisation';
}

function isTested(record: SubjectRecord): boolean {
  return record.observations.some((observation) => observation.kind === 'seen');
}
