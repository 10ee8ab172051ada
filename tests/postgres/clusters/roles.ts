import type { Topic } from './topic.ts';

export const roles: Topic = {
  weak: { sql: 'create role boss login superuser; grant pg_read_server_files to app' },
  hardened: {},
  remedies: {
    'postgres.role.superusers-limited': { sql: 'alter role boss nosuperuser' },
    'postgres.role.dangerous-predefined-roles': { sql: 'revoke pg_read_server_files from app' },
  },
};
