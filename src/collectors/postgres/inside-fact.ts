import { AssayError, type Completeness, type Json } from '../../model/index.ts';
import { isFor, type Query } from '../../postgres/query.ts';
import type { Row } from '../../postgres/row.ts';
import { type Asking, startAsking } from './asking.ts';
import type { PostgresFact } from './postgres-fact.ts';
import { verbatim } from './verbatim.ts';
import type { Visit, Visits } from './visits.ts';

/** A list about things that live in databases: one query, asked in each of them. */
export interface InsideFact {
  readonly fact: string;
  /** Variants by major version; a version that none is for has no such thing. */
  readonly queries: readonly Query[];
  /** What there is a row of, and where from: `functions that run as their owner (pg_proc)`. */
  readonly population: string;
  /** The items of one database. */
  readonly itemsOf: (rows: readonly Row[], database: string) => readonly Json[];
  readonly withheld?: readonly string[];
}

/** What a plan says of the connections that facts about databases share. */
export const eachDatabase = 'further database that the role may enter';

export const insideFact = ({ fact, queries, population, itemsOf, withheld }: InsideFact): PostgresFact => ({
  fact,
  needs: [],
  inside: queries,
  plan: { requests: verbatim(...queries), connections: 0, each: eachDatabase },
  collect: async (session) => {
    const asking = startAsking();
    const query = queries.find((one) => isFor(one, session.major));
    const visits = await session.visits();
    const answered = query === undefined ? [] : answersTo(query, visits, asking);
    const value = answered.flatMap(({ database, rows }) => itemsOf(rows, database));
    const missing = query === undefined ? [] : [...visits.notEntered, ...failuresOf(query, visits)];
    return {
      value,
      method: 'EXAMINE',
      completeness: [{ list: '', basis: basisOf(population, visits), returned: value.length, missing }],
      requests: asking.requests,
      evidence: asking.evidence,
      ...(withheld === undefined ? {} : { withheld }),
    };
  },
});

/** How a list of what lives in databases was established. */
export const basisOf = (population: string, { databases, entered }: Visits): string =>
  `every one of the ${population} in ${entered.length} of ${databases.length} databases that admit connections`;

interface Answered {
  readonly database: string;
  readonly rows: readonly Row[];
}

/** @throws AssayError the first reason, where no database answered */
export function answersTo(query: Query, { entered }: Visits, asking: Asking): readonly Answered[] {
  const answered = entered.flatMap((visit) => {
    const answer = visit.answers.get(query);
    if (answer === undefined || answer instanceof AssayError) return [];
    asking.keep(query, answer, visit.database);
    return [{ database: visit.database, rows: answer }];
  });
  const failure = entered.map(({ answers }) => answers.get(query)).find((one) => one instanceof AssayError);
  if (answered.length === 0 && failure !== undefined) throw failure;
  return answered;
}

/** Databases that were entered and did not answer this query. */
export const failuresOf = (query: Query, { entered }: Visits): Completeness['missing'] =>
  entered.flatMap((visit) => failureOf(query, visit));

function failureOf(query: Query, { database, answers }: Visit): Completeness['missing'] {
  const answer = answers.get(query);
  return answer instanceof AssayError
    ? [{ what: `${query.name} of database ${database}`, why: `${answer.message} (${answer.remedy})` }]
    : [];
}
