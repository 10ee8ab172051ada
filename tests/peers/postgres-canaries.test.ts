import { testCanaries } from '../postgres/canaries.ts';

/** Debian's PostgreSQL 15, which knows LDAP. */
testCanaries({ binaries: '/usr/lib/postgresql/15/bin', ldap: true });
