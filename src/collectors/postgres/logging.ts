import { loggingOf, loggingQuery } from '../../postgres/logging.ts';
import { clusterFact } from './cluster-fact.ts';

export const logging = clusterFact({
  fact: 'postgres.logging',
  queries: [loggingQuery],
  derive: loggingOf,
  lists: {
    destinations: 'log_destination, which every role may read, with log_line_prefix',
    files: 'logging_collector and log_file_mode, which every role may read',
  },
  withheld: ['the text of log_line_prefix: the server says only which escapes it has'],
});
