import type { Topic } from './topic.ts';

export const grants: Topic = {
  weak: {
    sql: `grant create on schema public to public;
      create table ledger (id int); grant select on ledger to public;`,
    clinic: 'create function public.pay() returns int language sql security definer as $$select 1$$',
  },
  hardened: {
    sql: 'revoke create on schema public from public',
    clinic: `create function public.pay() returns int language sql security definer
      set search_path = pg_catalog, pg_temp as $$select 1$$`,
  },
  remedies: {
    'postgres.grant.no-public-create': { sql: 'revoke create on schema public from public' },
    'postgres.grant.no-public-objects': { sql: 'revoke all on ledger from public' },
    'postgres.grant.definer-functions-safe': {
      clinic: 'alter function public.pay() set search_path = pg_catalog, pg_temp',
    },
  },
};
