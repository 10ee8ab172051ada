import type { FactDefinition, FactOf } from '../../model/index.ts';

export const systems = {
  name: 'scope.systems',
  subject: 'organisation',
  schema: {
    type: 'object',
    description: 'the register of systems against the targets of the scan',
    properties: {
      registerAgeDays: {
        type: 'integer',
        description: 'days from the date of the register to the scan',
      },
      systems: {
        type: 'array',
        description: 'every system that the register or the scan names',
        itemKey: ['name'],
        items: {
          type: 'object',
          description: 'one system',
          properties: {
            name: { type: 'string', description: 'locator (`https://host:port`), or the id of a target' },
            declared: { type: 'boolean', description: 'whether the register names it' },
            target: { type: 'boolean', description: 'whether it is a target of the scan' },
            reached: {
              type: 'boolean',
              presence: 'if-seen',
              description: 'true where something was seen of it',
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Systems = FactOf<typeof systems.schema>;
