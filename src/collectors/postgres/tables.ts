import { tablesOf, tablesQuery } from '../../postgres/row-security.ts';
import { roleFact } from './role-fact.ts';

export const tables = roleFact({
  fact: 'postgres.tables',
  queries: [tablesQuery],
  population: 'tables (pg_class)',
  derive: (answers, { taken }) =>
    answers.flatMap(({ database, rows: [rows = []] }) => tablesOf(rows, database, taken)),
});
