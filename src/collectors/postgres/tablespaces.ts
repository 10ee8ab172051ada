import { tablespacesOf, tablespacesQuery } from '../../postgres/tablespaces.ts';
import { clusterFact } from './cluster-fact.ts';

export const tablespaces = clusterFact({
  fact: 'postgres.tablespaces',
  queries: [tablespacesQuery],
  derive: tablespacesOf,
  population: 'tablespaces of the server (pg_tablespace)',
});
