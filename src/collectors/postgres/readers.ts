import { accessQuery, relationsOf } from '../../postgres/access.ts';
import { databaseOwnerQuery, readersOf } from '../../postgres/readers.ts';
import { textOf } from '../../postgres/row.ts';
import { roleFact } from './role-fact.ts';

export const readers = roleFact({
  fact: 'postgres.readers',
  queries: [accessQuery, databaseOwnerQuery],
  population: 'roles that own relations or were granted SELECT (pg_class, pg_attribute)',
  derive: (answers, takers) =>
    readersOf(
      answers.flatMap(({ database, rows: [rows = [], owners = []] }) =>
        owners.map((row) => ({ relations: relationsOf(rows, database), owner: textOf(row, 'owner') })),
      ),
      takers,
    ),
});
