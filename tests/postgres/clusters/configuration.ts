import type { Topic } from './topic.ts';

/** Addresses of this host alone: a server that listens on every one would be open to all who reach the machine. */
const listening = { everywhere: '127.0.0.1, 127.0.0.2', here: '127.0.0.1' };

/** Waits for a restart as soon as the server has read it. */
const waiting = `copy (select 'max_locks_per_transaction = 65') to program 'cat >> postgresql.auto.conf';
  select pg_reload_conf(), pg_sleep(1)`;

export const configuration: Topic = {
  weak: {
    settings: {
      ssl: 'off',
      ssl_min_protocol_version: 'TLSv1',
      zero_damaged_pages: 'on',
      listen_addresses: listening.everywhere,
    },
    sql: `${waiting}; alter role app set session_preload_libraries = 'auto_explain'`,
    clinic: 'create extension dblink',
  },
  hardened: {
    settings: {
      ssl_min_protocol_version: 'TLSv1.2',
      listen_addresses: listening.here,
    },
    sql: 'create role service login',
    later: {
      idle_session_timeout: {
        settings: { idle_session_timeout: '15min' },
        sql: 'alter role service set idle_session_timeout = 0',
      },
    },
  },
  params: {
    'postgres.param.idle-timeouts': { people: ['app'] },
    'postgres.param.libraries-allow-listed': { allowed: ['plpgsql', 'pgaudit'] },
    'postgres.param.listen-addresses': { refused: ['*', '0.0.0.0', '::', '127.0.0.2'] },
  },
  remedies: {
    'postgres.param.durability': { settings: { zero_damaged_pages: 'off' } },
    'postgres.param.idle-timeouts': {
      later: { idle_session_timeout: { sql: "alter role app set idle_session_timeout = '15min'" } },
    },
    'postgres.param.libraries-allow-listed': {
      sql: 'alter role app reset session_preload_libraries',
      clinic: 'drop extension dblink',
    },
    'postgres.param.listen-addresses': { settings: { listen_addresses: listening.here }, restart: true },
    'postgres.param.files-in-force': { restart: true },
    'postgres.tls.enabled': { settings: { ssl: 'on' } },
    'postgres.tls.minimum-version': { settings: { ssl_min_protocol_version: 'TLSv1.2' } },
  },
};
