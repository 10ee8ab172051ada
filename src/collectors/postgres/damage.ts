import { damageOf, damageQuery } from '../../postgres/damage.ts';
import { clusterFact } from './cluster-fact.ts';

export const damage = clusterFact({
  fact: 'postgres.damage',
  queries: [damageQuery],
  derive: damageOf,
  population: 'databases of the server, with what they share (pg_stat_database)',
});
