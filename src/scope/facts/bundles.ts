import type { FactDefinition, FactOf } from '../../model/index.ts';

export const bundles = {
  name: 'scope.bundles',
  subject: 'organisation',
  schema: {
    type: 'array',
    description:
      'every earlier bundle that the scan was given with `--previous`, each whole by its own list of files',
    itemKey: ['fingerprint'],
    items: {
      type: 'object',
      description: 'one bundle of an earlier scan',
      properties: {
        fingerprint: { type: 'string', description: 'sha256 of its `tagmanifest-sha256.txt`' },
        endedAt: { type: 'string', format: 'date-time', description: 'when its scan ended' },
        ageDays: { type: 'integer', description: 'whole days from its end to the end of this scan’s looks' },
        signature: {
          type: 'string',
          enum: ['signed', 'unsigned'],
          description: 'as found; whose key it is was not asked',
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Bundles = FactOf<typeof bundles.schema>;
