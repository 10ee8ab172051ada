import type { Topic } from './topic.ts';

const logged = { log_connections: 'on', log_disconnections: 'on' };
const prefixed = { log_line_prefix: '%m [%p] %q%u@%d %r ' };
const closed = { log_file_mode: '0600' };
const values = 'bound values kept out of the log';
const withoutValues = { log_parameter_max_length: '0', log_parameter_max_length_on_error: '0' };
const rights = 'rights to settings';
const readLog = 'execute on function pg_catalog.pg_read_file(text)';
const rotateLog = 'execute on function pg_catalog.pg_rotate_logfile()';

export const logging: Topic = {
  weak: {
    settings: { logging_collector: 'on', log_file_mode: '0644', log_line_prefix: '%m [%p] ' },
    sql: `create role quiet login; alter role quiet set log_min_messages = 'fatal'; grant ${readLog} to quiet; grant ${rotateLog} to quiet`,
    later: {
      [values]: { clinic: 'alter database clinic set log_parameter_max_length_on_error = 64' },
      [rights]: { sql: 'grant set on parameter log_statement to quiet' },
    },
  },
  hardened: {
    settings: { ...logged, ...prefixed, ...closed, logging_collector: 'on' },
    later: { [values]: { settings: withoutValues } },
  },
  params: {
    'auditlog.access.readers-roster': { readers: ['copier', 'postgres', 'shop'] },
  },
  remedies: {
    'auditlog.access.readers-roster': { sql: `revoke ${readLog} from quiet` },
    'auditlog.integrity.delete-rights': { sql: `revoke ${rotateLog} from quiet` },
    'postgres.audit.connections-logged': { settings: logged },
    'postgres.audit.line-prefix': { settings: prefixed },
    'postgres.audit.log-file-protection': { settings: closed },
    'postgres.audit.no-sensitive-parameters': {
      later: {
        [values]: {
          settings: withoutValues,
          clinic: 'alter database clinic reset log_parameter_max_length_on_error',
        },
      },
    },
    'postgres.audit.not-weakened': {
      sql: 'alter role quiet reset log_min_messages',
      later: { [rights]: { sql: 'revoke set, alter system on parameter log_statement from quiet' } },
    },
  },
};
