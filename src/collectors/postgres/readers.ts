import { accessQuery } from '../../postgres/access.ts';
import { databaseOwnerQuery, inheritanceQuery, readersIn, readersOf } from '../../postgres/readers.ts';
import { roleFact } from './role-fact.ts';

export const readers = roleFact({
  fact: 'postgres.readers',
  queries: [accessQuery, databaseOwnerQuery, inheritanceQuery],
  population: 'roles that own relations or were granted SELECT (pg_class, pg_attribute)',
  derive: (answers, takers) =>
    readersOf(
      answers.flatMap(({ database, rows }) => readersIn(database, rows)),
      takers,
    ),
});
