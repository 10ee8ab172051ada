import type { Session, Topic } from './topic.ts';

const clerk = { user: 'clerk', password: 'clerk' };
const copier = { user: 'copier', password: 'copier', replication: 'database' } as const;

/** So many that, with the scan's own, more than four fifths of the weak server's connections are in use. */
const sessions = (tls: boolean): readonly Session[] => [
  ...Array.from({ length: 13 }, () => ({ ...clerk, tls })),
  { ...copier, tls },
];

/** Rules that ask for SCRAM let nobody in whose verifier is of another kind. */
const accounts = `set local password_encryption = 'scram-sha-256';
  create role clerk login password 'clerk'; create role copier login replication password 'copier';
  create role glass superuser nologin;`;

const feed = (connection: string): string => `'host=other.test user=feed ${connection}'`;
const safeFeed = feed('sslmode=verify-full passfile=feed.pass');

/** Takes the place of the whole file, and waits until every process goes by it. */
const identityMap = (line: string): string =>
  `copy (select '${line}') to program 'cat > pg_ident.conf'; select pg_sleep(1.1), pg_reload_conf(), pg_sleep(1);`;

const encrypted = { settings: { ssl: 'on' }, sessions: sessions(true) };
const fromLoopbackToo = { clients: ['remote', 'loopback'] };

export const state: Topic = {
  weak: {
    settings: { max_connections: '20' },
    sql: `${accounts}
      create role demo login; create role foreman createrole;
      grant pg_monitor to foreman with admin option; grant glass to foreman;
      create subscription feed connection ${feed('password=feed')} publication feed with (connect = false);
      ${identityMap('staff /^dba postgres')}`,
    sessions: sessions(false),
  },
  hardened: {
    sql: `${accounts}
      create subscription feed connection ${safeFeed} publication feed with (connect = false);
      ${identityMap('staff /^(.*)@example[.]com$ app')}`,
    sessions: sessions(true),
  },
  params: {
    'postgres.tls.live-sessions-encrypted': fromLoopbackToo,
    'postgres.replica.encrypted': fromLoopbackToo,
    'postgres.role.break-glass-locked': { roles: ['glass'] },
  },
  remedies: {
    'postgres.tls.live-sessions-encrypted': encrypted,
    'postgres.replica.encrypted': encrypted,
    'postgres.replica.subscription-credentials': { sql: `alter subscription feed connection ${safeFeed}` },
    'postgres.role.admin-option-limited': {
      sql: 'revoke admin option for pg_monitor from foreman; alter role foreman nocreaterole',
    },
    'postgres.auth.identity-maps-exact': { sql: identityMap('staff alice postgres') },
    'postgres.role.break-glass-locked': { sql: 'revoke glass from foreman' },
    'postgres.hygiene.test-objects-absent': { sql: 'drop role demo' },
    'postgres.capacity.headroom': { settings: { max_connections: '100' }, restart: true },
  },
};
