import { preparedOf, preparedQuery } from '../../postgres/prepared.ts';
import { clusterFact } from './cluster-fact.ts';

export const prepared = clusterFact({
  fact: 'postgres.prepared',
  queries: [preparedQuery],
  derive: preparedOf,
  population: 'prepared transactions of the server (pg_prepared_xacts)',
});
