import type { FactDefinition, FactOf } from '../../model/index.ts';
import { relationKinds } from './privileges.ts';

const role = {
  type: 'string',
  description: 'Role it was granted to; public: every role',
  dataClass: 'account-identifier',
} as const;

const privileges = {
  type: 'array',
  description: 'What it may do',
  items: { type: 'string', description: 'SELECT, INSERT, UPDATE …' },
} as const;

const grantable = {
  type: 'array',
  description: 'What of that it may grant to others',
  items: { type: 'string', description: 'SELECT, INSERT, UPDATE …' },
} as const;

export const access = {
  name: 'postgres.access',
  subject: 'postgres-server',
  schema: {
    type: 'object',
    description: 'Who was granted what on relations, in every database that admits connections',
    properties: {
      relations: {
        type: 'array',
        description: 'Tables, views and sequences, catalogs and temporary ones apart',
        itemKey: ['relation'],
        items: {
          type: 'object',
          description: 'One relation',
          properties: {
            relation: { type: 'string', description: 'Database, schema and name' },
            kind: { type: 'string', description: 'Kind of relation', enum: relationKinds },
            owner: {
              type: 'string',
              description: 'Role that may do everything with it',
              dataClass: 'account-identifier',
            },
            grants: {
              type: 'array',
              description: 'What others than its owner were granted on the whole of it',
              itemKey: ['role'],
              items: {
                type: 'object',
                description: 'One role',
                properties: { role, privileges, grantable },
              },
            },
            columns: {
              type: 'array',
              description: 'What was granted on single columns',
              itemKey: ['column', 'role'],
              items: {
                type: 'object',
                description: 'One role on one column',
                properties: {
                  column: { type: 'string', description: 'Name of the column' },
                  role,
                  privileges,
                  grantable,
                },
              },
            },
          },
        },
      },
      catalogs: {
        type: 'array',
        description:
          'What was granted, beyond what PostgreSQL grants, on the catalogs that it keeps from ordinary roles',
        itemKey: ['database', 'catalog', 'role'],
        items: {
          type: 'object',
          description: 'One role on one catalog',
          properties: {
            database: { type: 'string', description: 'Database' },
            catalog: { type: 'string', description: 'pg_authid, pg_shadow, pg_statistic …' },
            role,
            privileges,
            looking: { type: 'boolean', description: 'It is the role that assay looked as' },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Access = FactOf<typeof access.schema>;
