import type { Principal, Subject, SubjectRecord } from '../model/index.ts';
import type { ReportInput } from './report-input.ts';

interface RightsGroup {
  readonly principal?: Principal;
  readonly firstSubject: string;
  subjects: number;
}

/** What one walk over the subjects gives. */
export interface SubjectTally {
  /** Subjects that are systems: all but the organisation, which is compared and not reached. */
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
  const rights = new Map<string, RightsGroup>();
  const queries = new Map<string, number>();
  let tested = 0;
  let connections = 0;
  let evidenceFiles = 0;
  for (const record of input.subjects()) {
    connections += record.connections;
    for (const { evidence, requests } of record.observations) {
      evidenceFiles += evidence.length;
      for (const request of requests) numberQuery(queries, request);
    }
    if (!isSystem(record.subject) || !isTested(record)) continue;
    tested += 1;
    countRights(rights, record);
  }
  const systems = input.assessment.scope.subjects.filter(isSystem).length;
  const notReached = systems - tested;
  return { systems, tested, notReached, connections, evidenceFiles, rights: [...rights.values()], queries };
}

const shortQuery = { lines: 3, characters: 240 } as const;
const mostQueries = 200;

/** Queries are the collectors' own text, so there are few; the limit is for the case that they are not. */
function numberQuery(queries: Map<string, number>, request: string): void {
  const isShort = request.length <= shortQuery.characters && request.split('\n').length <= shortQuery.lines;
  if (!isShort && !queries.has(request) && queries.size < mostQueries) queries.set(request, queries.size + 1);
}

function countRights(rights: Map<string, RightsGroup>, { subject, principal }: SubjectRecord): void {
  const key = JSON.stringify(principal ?? null);
  const group: RightsGroup = rights.get(key) ?? {
    ...(principal === undefined ? {} : { principal }),
    firstSubject: subject.id,
    subjects: 0,
  };
  group.subjects += 1;
  rights.set(key, group);
}

function isSystem({ kind }: Subject): boolean {
  return kind !== 'organisation';
}

function isTested(record: SubjectRecord): boolean {
  return record.observations.some((observation) => observation.kind === 'seen');
}
