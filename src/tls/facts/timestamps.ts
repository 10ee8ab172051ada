import type { FactDefinition, FactOf } from '../../model/index.ts';
import { certificateIdentity } from './certificate-identity.ts';

/** Proofs that a server's certificates were shown to public logs (RFC 6962). */
export const timestamps = {
  name: 'tls.timestamps',
  subject: 'tls-endpoint',
  schema: {
    type: 'object',
    description:
      'Signed certificate timestamps in the certificate, in the stapled OCSP response and in the TLS extension',
    properties: {
      logList: {
        type: 'string',
        format: 'date-time',
        description: 'When the list of logs was published that the timestamps are held against',
      },
      certificates: {
        type: 'array',
        description: "Each distinct certificate presented as the server's own",
        itemKey: ['subject', 'serial'],
        items: {
          type: 'object',
          description: 'One certificate',
          properties: {
            ...certificateIdentity,
            anchorKind: {
              type: 'string',
              enum: ['public', 'private'],
              presence: 'if-seen',
              description: 'Whether signatures lead to one of the public roots, as tls.chain has it',
            },
            needed: {
              type: 'integer',
              description:
                'How many logs must have signed embedded timestamps: 2 for a certificate made for up to 180 days, else 3',
            },
            sufficient: {
              type: 'boolean',
              presence: 'if-seen',
              description:
                'Whether valid timestamps of as many logs are embedded, one at least of a log that is not retired, or of two logs delivered otherwise; of at least two operators. In every handshake that brought the certificate. Absent: not so far, and some could not be checked or were not asked for',
            },
            timestamps: {
              type: 'array',
              description: 'Each distinct timestamp',
              itemKey: ['logId', 'source'],
              items: {
                type: 'object',
                description: 'One timestamp',
                properties: {
                  logId: { type: 'string', description: "SHA-256 of the log's key, hexadecimal" },
                  log: {
                    type: 'string',
                    description: 'Name of the log; "unknown" where the list has none of that key',
                  },
                  operator: { type: 'string', description: 'Who runs it; "unknown" likewise' },
                  source: {
                    type: 'string',
                    enum: ['certificate', 'ocsp', 'tls'],
                    description: 'Where it was',
                  },
                  at: {
                    type: 'string',
                    format: 'date-time',
                    description: 'When the log saw the certificate',
                  },
                  verdict: {
                    type: 'string',
                    enum: ['valid', 'retired', 'invalid', 'not-checked'],
                    description:
                      "valid: signed by a log of the list that takes such certificates. retired: so, by a log that was retired after it. invalid: not the log's signature, of a later time, of a log retired before, or of one that takes no certificates ending then. not-checked: the log is not on the list, or the certificate's issuer is not known",
                  },
                },
              },
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Timestamps = FactOf<typeof timestamps.schema>;
