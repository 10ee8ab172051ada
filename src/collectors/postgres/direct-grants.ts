import { directGrantsOf, directGrantsQuery } from '../../postgres/direct-grants.ts';
import { insideFact } from './inside-fact.ts';

export const directGrants = insideFact({
  fact: 'postgres.directGrants',
  queries: [directGrantsQuery],
  population: 'rights granted to roles that may log in (access control lists of the catalogs)',
  itemsOf: directGrantsOf,
});
