import type { Topic } from './topic.ts';

export const accounts: Topic = {
  weak: { sql: 'create role eve login' },
  hardened: { sql: 'create role eve nologin' },
  params: {
    'postgres.role.named-accounts': {
      people: [],
      services: ['assay', 'clerk', 'copier', 'person', 'postgres', 'service', 'shop'],
    },
    'postgres.role.leavers-disabled': { leavers: ['eve'] },
  },
  remedies: {
    'postgres.role.leavers-disabled': { sql: 'alter role eve nologin' },
    'postgres.role.named-accounts': {
      sql: `do $$ declare r text; begin
        for r in select rolname from pg_roles where rolcanlogin and rolname not in ('assay', 'clerk', 'copier', 'postgres', 'shop')
        loop execute format('alter role %I nologin', r); end loop; end $$`,
    },
  },
};
