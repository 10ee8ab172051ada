import { allDatabasesQuery, databasesOf } from '../../postgres/databases.ts';
import { clusterFact } from './cluster-fact.ts';

export const databases = clusterFact({
  fact: 'postgres.databases',
  queries: [allDatabasesQuery],
  derive: databasesOf,
  population: 'databases of the server (pg_database)',
});
