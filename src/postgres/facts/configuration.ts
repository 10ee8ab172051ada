import type { FactDefinition, FactOf } from '../../model/index.ts';

export const configuration = {
  name: 'postgres.configuration',
  subject: 'postgres-server',
  schema: {
    type: 'object',
    description: 'Where what stands in the configuration files is not what the server goes by',
    properties: {
      loadedAt: {
        type: 'string',
        format: 'date-time',
        description: 'When the server last read its configuration and could apply it, by its own clock',
      },
      files: {
        type: 'array',
        description: 'Configuration files',
        itemKey: ['file'],
        items: {
          type: 'object',
          description: 'One file',
          properties: {
            file: { type: 'string', description: 'Name, without its folder' },
            loaded: {
              type: 'boolean',
              description:
                'It was not changed since then; absent: it was changed in that very second, moved into place or given another mode or owner, or the system tells no time of that',
              presence: 'if-seen',
            },
          },
        },
      },
      pending: {
        type: 'array',
        description: 'Settings that were changed and take effect only when the server is started again',
        itemKey: ['setting'],
        items: {
          type: 'object',
          description: 'One setting',
          properties: { setting: { type: 'string', description: 'Name' } },
        },
      },
      errors: {
        type: 'array',
        description:
          'Lines of the configuration files, as they are now, that the server does not or would not apply',
        itemKey: ['file', 'line'],
        items: {
          type: 'object',
          description: 'One line',
          properties: {
            file: { type: 'string', description: 'File, without its folder' },
            line: { type: 'integer', description: 'Its number' },
            setting: { type: 'string', description: 'Setting; empty: none that the server knows' },
            problem: {
              type: 'string',
              description: 'Why: it takes effect at the next start, or the server refuses it',
              enum: ['needs-restart', 'refused'],
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Configuration = FactOf<typeof configuration.schema>;
