import { loggingOf, loggingQuery } from '../../postgres/logging.ts';
import { clusterFact } from './cluster-fact.ts';

export const logging = clusterFact({
  fact: 'postgres.logging',
  queries: [loggingQuery],
  derive: loggingOf,
  withheld: ['the text of log_line_prefix: the server says only which escapes it has'],
});
