import { archiverOf, archiverQuery } from '../../postgres/archiver.ts';
import { clusterFact } from './cluster-fact.ts';

export const archiver = clusterFact({
  fact: 'postgres.archiver',
  queries: [archiverQuery],
  derive: archiverOf,
});
