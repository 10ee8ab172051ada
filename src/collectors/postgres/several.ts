import { AssayError, type Completeness } from '../../model/index.ts';
import type { Query } from '../../postgres/query.ts';
import type { Row } from '../../postgres/row.ts';
import type { Asking } from './asking.ts';
import { failuresOf } from './inside-fact.ts';
import type { Visits } from './visits.ts';

/** What one database answered to several queries, in their order. */
interface Answers {
  readonly database: string;
  readonly rows: readonly (readonly Row[])[];
}

interface Several {
  readonly answered: readonly Answers[];
  readonly missing: Completeness['missing'];
}

/**
 * The databases that answered to all of these; of the others it is told why they are missing.
 *
 * @throws AssayError the first reason, where no database did
 */
export function answersToAll(queries: readonly Query[], visits: Visits, asking: Asking): Several {
  const answered = visits.entered.flatMap(({ database, answers }) => {
    const rows = queries.map((query) => answers.get(query)).filter(isRows);
    if (rows.length < queries.length) return [];
    for (const [index, query] of queries.entries()) asking.keep(query, rows[index] ?? [], database);
    return [{ database, rows }];
  });
  const failure = visits.entered
    .flatMap(({ answers }) => queries.map((query) => answers.get(query)))
    .find((one) => one instanceof AssayError);
  if (answered.length === 0 && failure !== undefined) throw failure;
  const failures = queries.flatMap((query) => failuresOf(query, visits));
  return { answered, missing: [...visits.notEntered, ...failures] };
}

const isRows = (answer: readonly Row[] | AssayError | undefined): answer is readonly Row[] =>
  answer !== undefined && !(answer instanceof AssayError);
