import { ownershipOf, ownershipQuery } from '../../postgres/ownership.ts';
import { roleFact } from './role-fact.ts';

export const ownership = roleFact({
  fact: 'postgres.ownership',
  queries: [ownershipQuery],
  population: 'owners (pg_database, pg_namespace, pg_class, pg_proc)',
  derive: (answers, takers) =>
    ownershipOf(
      answers.flatMap(({ rows: [rows = []] }) => rows),
      takers,
    ),
});
