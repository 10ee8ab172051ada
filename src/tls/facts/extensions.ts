import type { FactDefinition, FactOf } from '../../model/index.ts';

/** What a server agrees to in the clear, beside the suite. */
export const extensions = {
  name: 'tls.extensions',
  subject: 'tls-endpoint',
  schema: {
    type: 'object',
    description:
      'Extensions that the server answered in its ServerHello before TLS 1.3, to hellos that offered them all',
    properties: {
      versions: {
        type: 'array',
        description: 'Each accepted version before TLS 1.3',
        itemKey: ['version'],
        items: {
          type: 'object',
          description: 'One version',
          properties: {
            version: { type: 'string', description: 'Protocol version' },
            secureRenegotiation: {
              type: 'boolean',
              description: 'Every ServerHello carried renegotiation_info (RFC 5746)',
            },
            extendedMasterSecret: {
              type: 'boolean',
              description: 'Every ServerHello carried extended_master_secret (RFC 7627); SSLv3 has none',
            },
            encryptThenMac: {
              type: 'boolean',
              presence: 'if-seen',
              description: 'Every ServerHello with a CBC suite carried encrypt_then_mac (RFC 7366)',
            },
            heartbeat: { type: 'boolean', presence: 'if-seen', description: 'heartbeat (RFC 6520)' },
            sessionTicket: {
              type: 'boolean',
              presence: 'if-seen',
              description: 'session_ticket: a ticket will follow (RFC 5077)',
            },
            ocspStapling: {
              type: 'boolean',
              presence: 'if-seen',
              description: 'status_request: an OCSP answer follows (RFC 6066)',
            },
            certificateTimestamps: {
              type: 'boolean',
              presence: 'if-seen',
              description: 'signed_certificate_timestamp (RFC 6962)',
            },
          },
        },
      },
      alpn: {
        type: 'string',
        presence: 'if-seen',
        description:
          'Protocol chosen by the highest accepted version before TLS 1.3 of all that were offered; "(none)" where it chose none',
      },
    },
  },
} as const satisfies FactDefinition;

export type Extensions = FactOf<typeof extensions.schema>;
