import type { FactDefinition, FactOf } from '../../model/index.ts';
import { detectorNames } from '../detectors.ts';

export const matches = {
  name: 'auditlog.matches',
  subject: 'log-store',
  schema: {
    type: 'object',
    description:
      'Entries of the log that hold what must not stand in one, by detector: how many and where, never what was found',
    properties: {
      entries: { type: 'integer', description: 'Entries that were searched, in every file of the window' },
      detectors: {
        type: 'array',
        itemKey: ['detector'],
        description: 'Every detector, also those that found nothing',
        items: {
          type: 'object',
          description: 'One detector',
          properties: {
            detector: {
              type: 'string',
              description:
                'What it looks for. card-number: 13 to 19 digits of an issuer’s range with a right check digit; password-clause: a password as SQL or a connection string gives it',
              enum: detectorNames,
            },
            entries: { type: 'integer', description: 'Entries in which it found something' },
            files: {
              type: 'array',
              itemKey: ['file'],
              description: 'Where',
              items: {
                type: 'object',
                description: 'One file',
                properties: {
                  file: { type: 'string', description: 'Its name' },
                  entries: { type: 'integer', description: 'Entries of it' },
                  firstOffset: { type: 'integer', description: 'Byte at which the first of them begins' },
                },
              },
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Matches = FactOf<typeof matches.schema>;
