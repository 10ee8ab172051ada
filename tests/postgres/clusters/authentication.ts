import type { Topic } from './topic.ts';

/** After the line that lets the superuser in over the socket. */
export const weakRules = [
  'local all all trust',
  'host clinic app 127.0.0.1/32 trust',
  // In quotes it is the name of a database, which the server does not show.
  'host "replication" all 127.0.0.1/32 trust',
  'host all all 0.0.0.0/0 md5',
  'host replication all 10.0.0.0/8 md5',
  'host all nobody 10.0.0.0/8 md5',
];
export const hardenedRules = [
  'hostssl replication copier 10.0.0.0/8 scram-sha-256',
  'hostnossl all all all reject',
  'host all postgres all reject',
  'hostssl all all 127.0.0.1/32 scram-sha-256',
  'hostssl all all 10.0.0.0/8 scram-sha-256',
];

const remedy = {
  hba: ['local all postgres scram-sha-256', 'local all all scram-sha-256', ...hardenedRules],
};

/** A verifier of fewer iterations than any server makes of itself; nobody knows a password for it. */
const slight = `SCRAM-SHA-256$1000:c2FsdHNhbHRzYWx0c2E=$${'A'.repeat(43)}=:${'A'.repeat(43)}=`;

const ending = (role: string): string =>
  `do $$begin execute format('alter role ${role} valid until %L', now() + interval '80 days'); end$$`;

/** A rule for TLS is none where there is no TLS. */
const remedyWithTls = { ...remedy, settings: { ssl: 'on' } };

export const authentication: Topic = {
  weak: {
    settings: { password_encryption: 'md5' },
    sql: `create role app login password 'app'; create role slight login password '${slight}';
      create role person login`,
  },
  hardened: { sql: `create role person login; ${ending('person')}` },
  params: { 'postgres.auth.password-expiry': { people: ['person'] } },
  // Rules that ask for SCRAM let nobody in whose verifier is of another kind.
  remedies: {
    'postgres.auth.password-encryption-scram': { settings: { password_encryption: 'scram-sha-256' } },
    'postgres.auth.no-md5-verifiers': {
      sql: `set password_encryption = 'scram-sha-256';
        alter role app password 'another one'; alter role assay password 'p'`,
    },
    'postgres.auth.password-expiry': { sql: ending('person') },
    'postgres.auth.scram-iterations': {
      sql: "set password_encryption = 'scram-sha-256'; alter role slight password 'another one'",
    },
    'postgres.auth.no-trust': remedy,
    'postgres.auth.no-world-rules': remedy,
    'postgres.auth.strong-methods-only': remedy,
    'postgres.auth.no-idle-rules': remedyWithTls,
    'postgres.auth.replication-protected': remedyWithTls,
    'postgres.auth.observed-as-declared': remedyWithTls,
    'postgres.auth.observed-challenged': remedyWithTls,
    'postgres.auth.default-password-refused': { sql: "alter role app password 'its own'" },
    'postgres.auth.superuser-not-remote': { ...remedy, sql: 'alter role boss nologin' },
    'postgres.tls.required-for-remote': remedy,
  },
};
