import { membershipsOf } from '../../postgres/memberships.ts';
import { membershipsQueries } from '../../postgres/queries.ts';
import { clusterFact } from './cluster-fact.ts';

export const memberships = clusterFact({
  fact: 'postgres.memberships',
  queries: membershipsQueries,
  derive: membershipsOf,
  population: 'grants of membership (pg_auth_members)',
});
