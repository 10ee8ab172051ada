import type { FactDefinition, FactOf } from '../../model/index.ts';

/** What stands in the place of a role: a name, what the pattern captured, a group’s members, a pattern, or any. */
const mappedRoleKinds = ['exact', 'captured', 'member', 'pattern', 'any'] as const;

export const identityMaps = {
  name: 'postgres.identityMaps',
  subject: 'postgres-server',
  schema: {
    type: 'array',
    description:
      'Which names that the operating system, a certificate or a ticket gives may log in as which roles (pg_ident.conf)',
    itemKey: ['map', 'name', 'role'],
    items: {
      type: 'object',
      description: 'One line',
      properties: {
        map: { type: 'string', description: 'Name of the map, which rules of pg_hba.conf refer to' },
        name: { type: 'string', description: 'The name that is given', dataClass: 'account-identifier' },
        role: { type: 'string', description: 'The role', dataClass: 'account-identifier' },
        pattern: { type: 'boolean', description: 'The name is a regular expression' },
        whole: { type: 'boolean', description: 'A regular expression that only whole names can match' },
        open: {
          type: 'boolean',
          description:
            'A regular expression that asks for no certain text (^.*$); of one whose role is what it captured, one that repeats a wildcard beside that (^(.*)@.*$)',
        },
        roleKind: {
          type: 'string',
          description:
            'What the role is: a name, a name with what the expression captured, every member of a role (+), a regular expression, or all',
          enum: mappedRoleKinds,
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type IdentityMaps = FactOf<typeof identityMaps.schema>;
