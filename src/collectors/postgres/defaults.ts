import { defaultPrivilegesQuery, defaultsOf } from '../../postgres/default-privileges.ts';
import { insideFact } from './inside-fact.ts';

export const defaults = insideFact({
  fact: 'postgres.defaults',
  queries: [defaultPrivilegesQuery],
  population: 'changes of default privileges (pg_default_acl)',
  itemsOf: defaultsOf,
});
