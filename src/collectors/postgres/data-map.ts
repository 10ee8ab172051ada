import { AssayError, type Completeness, columnPath, type DataClass } from '../../model/index.ts';
import {
  foundOf,
  storedColumnsOf,
  storedColumnsQuery,
  suggestiveColumnsQuery,
  suggestiveOf,
} from '../../postgres/data-columns.ts';
import type { Query } from '../../postgres/query.ts';
import { type Row, textOf } from '../../postgres/row.ts';
import type { Asking } from './asking.ts';
import type { DataStoreSession } from './data-store.ts';
import { failuresOf } from './inside-fact.ts';
import type { Visit } from './visits.ts';

/** What the catalogues of all databases say of columns. */
export interface DataMap {
  readonly suggestive: ReturnType<typeof suggestiveOf>;
  /** Declared columns that are there, with the access method of their table. */
  readonly found: ReadonlyMap<string, string | undefined>;
  /** Databases that there are and that did not say which columns are there. */
  readonly silent: readonly string[];
  readonly searched: number;
  readonly basis: string;
  readonly missing: Completeness['missing'];
}

export async function readDataMap(session: DataStoreSession, asking: Asking): Promise<DataMap> {
  const { declaredQuery, data } = session;
  const declared = new Set(data.columns.map(columnPath));
  const visits = await session.visits();
  const answered = visits.entered.filter(({ answers }) => rowsOf(answers.get(declaredQuery)) !== undefined);
  const each = <T>(
    query: Query,
    of: (rows: readonly Row[], database: string) => readonly T[],
  ): readonly T[] =>
    visits.entered.flatMap((visit) => of(keptRows(visit, query, asking) ?? [], visit.database));
  const names = visits.databases.map((row) => textOf(row, 'database'));
  const counts = each(storedColumnsQuery, (rows) => (rows.length === 0 ? [] : [storedColumnsOf(rows)]));
  const queries = [suggestiveColumnsQuery, storedColumnsQuery, declaredQuery];
  return {
    suggestive: each(suggestiveColumnsQuery, (rows, database) =>
      suggestiveOf(rows, database, (column) => declared.has(column)),
    ),
    found: new Map(each(declaredQuery, (rows, database) => [...foundOf(rows, database)])),
    silent: names.filter((name) => !answered.some(({ database }) => database === name)),
    searched: counts.reduce((sum, count) => sum + count, 0),
    basis: `pg_attribute, pg_class and pg_description of ${visits.entered.length} of ${names.length} databases that admit connections`,
    missing: [...visits.notEntered, ...queries.flatMap((query) => failuresOf(query, visits))],
  };
}

function keptRows({ answers, database }: Visit, query: Query, asking: Asking): readonly Row[] | undefined {
  const rows = rowsOf(answers.get(query));
  if (rows !== undefined) asking.keep(query, rows, database);
  return rows;
}

const rowsOf = (answer: readonly Row[] | AssayError | undefined): readonly Row[] | undefined =>
  answer instanceof AssayError ? undefined : answer;

/** A column of the declared data map: is it there? Undefined: nobody could look. */
export function isFound(
  { found, silent }: DataMap,
  column: Parameters<typeof columnPath>[0],
): boolean | undefined {
  return silent.includes(column.database) ? undefined : found.has(columnPath(column));
}

/** Classes that a column suggests by its name, comment or type; none where it suggests nothing. */
export function suggestedBy({ suggestive }: DataMap, column: string): readonly DataClass[] {
  return suggestive.find((each) => each.column === column)?.classes ?? [];
}
