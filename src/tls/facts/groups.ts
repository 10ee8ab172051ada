import type { FactDefinition, FactOf } from '../../model/index.ts';
import { preferences } from '../preference.ts';

/** The groups in which an endpoint agrees on keys. */
export const groups = {
  name: 'tls.groups',
  subject: 'tls-endpoint',
  schema: {
    type: 'object',
    description:
      'Groups accepted for the key exchange, found by offering every registered one and then the rest',
    properties: {
      accepted: {
        type: 'array',
        description: "Each group of TLS 1.3 and of every earlier version with ECDHE, in the server's order",
        itemKey: ['version', 'group'],
        items: {
          type: 'object',
          description: 'One group in one version',
          properties: {
            version: { type: 'string', description: 'Protocol version' },
            group: {
              type: 'string',
              description: 'Registered name, or the number (0x1a2a) where there is none',
            },
            code: { type: 'string', description: 'Number on the wire: 0x001d' },
            postQuantum: { type: 'boolean', description: 'Holds out against a quantum computer (ML-KEM)' },
          },
        },
      },
      hybrids: {
        type: 'map',
        description:
          'Whether TLS 1.3 accepts each group that joins ML-KEM and a curve; one without a definite answer is absent',
        keys: ['X25519MLKEM768', 'SecP256r1MLKEM768', 'SecP384r1MLKEM1024'],
        values: {
          type: 'string',
          enum: ['accepted', 'refused'],
          description: 'refused: also where TLS 1.3 itself is refused',
        },
      },
      orders: {
        type: 'array',
        description: 'Whose order of groups decides, by version',
        itemKey: ['version'],
        items: {
          type: 'object',
          description: 'One version',
          properties: {
            version: { type: 'string', description: 'Protocol version' },
            preference: { type: 'string', enum: preferences, description: 'As in tls.suites' },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Groups = FactOf<typeof groups.schema>;
