import type { FactDefinition, FactOf } from '../../model/index.ts';
import { preferences } from '../preference.ts';
import { authentications, keyExchanges, modes } from '../suite-properties.ts';

/** Every cipher suite that an endpoint accepts, in every version. */
export const suites = {
  name: 'tls.suites',
  subject: 'tls-endpoint',
  schema: {
    type: 'object',
    description: 'Cipher suites accepted, found by offering every registered one and then the rest again',
    properties: {
      accepted: {
        type: 'array',
        description: "Each suite of each accepted version, in the server's order where it has one",
        itemKey: ['version', 'suite'],
        items: {
          type: 'object',
          description: 'One suite in one version',
          properties: {
            version: { type: 'string', description: 'Protocol version: TLSv1.2, SSLv2' },
            suite: {
              type: 'string',
              description: 'Registered name, or the number (0x1a2a) where there is none',
            },
            code: { type: 'string', description: 'Number on the wire: 0xc02f, of SSLv2 0x0700c0' },
            keyExchange: {
              type: 'string',
              enum: keyExchanges,
              description:
                'How the keys come about; separate: TLS 1.3 negotiates it apart. DHE and ECDHE also where nobody is authenticated',
            },
            authentication: {
              type: 'string',
              enum: authentications,
              description: 'What authenticates the server; none: anonymous; separate: as above',
            },
            cipher: {
              type: 'string',
              description: 'AES, ChaCha20, 3DES, RC4, NULL …; unknown: none of these',
            },
            strengthBits: {
              type: 'integer',
              description: 'Strength against guessing the key, in bits (3DES: 112, NULL: 0)',
            },
            blockBits: { type: 'integer', description: 'Block size of the cipher; 0 where it has none' },
            mode: {
              type: 'string',
              enum: modes,
              description: 'AEAD: encrypts and authenticates in one; none: does not encrypt',
            },
            mac: { type: 'string', description: 'What protects against change: AEAD, SHA256, SHA, MD5 …' },
            export: { type: 'boolean', description: 'Weakened for the export rules of the 1990s' },
            forwardSecrecy: {
              type: 'boolean',
              description: "Recorded traffic stays secret when the server's key is lost later",
            },
          },
        },
      },
      orders: {
        type: 'array',
        description: 'Whose order of suites decides, by version',
        itemKey: ['version'],
        items: {
          type: 'object',
          description: 'One accepted version',
          properties: {
            version: { type: 'string', description: 'Protocol version' },
            preference: {
              type: 'string',
              enum: preferences,
              description:
                'server: its own order. server, ChaCha20 by client: its own, unless the client puts ChaCha20 first. client: the order of the hello. single: one suite only. unknown: not to be told',
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Suites = FactOf<typeof suites.schema>;
