import { guardedFunctionsOf, guardedFunctionsQuery } from '../../postgres/guarded-functions.ts';
import { insideFact } from './inside-fact.ts';

export const guardedFunctions = insideFact({
  fact: 'postgres.guardedFunctions',
  queries: [guardedFunctionsQuery],
  population: 'grants on functions that are kept from ordinary roles (pg_proc, pg_init_privs)',
  itemsOf: guardedFunctionsOf,
});
