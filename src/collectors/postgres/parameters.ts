import { parametersOf, parametersQueries } from '../../postgres/parameters.ts';
import { clusterFact } from './cluster-fact.ts';

export const parameters = clusterFact({
  fact: 'postgres.parameters',
  queries: parametersQueries,
  derive: parametersOf,
  population: 'rights that pg_parameter_acl gives, which every role may read whole',
});
