import type { FactDefinition, FactOf } from '../../model/index.ts';

/** The certificates that a server presents as its own. */
export const leaf = {
  name: 'tls.leaf',
  subject: 'tls-endpoint',
  schema: {
    type: 'object',
    description: "Certificates presented as the server's own",
    properties: {
      certificates: {
        type: 'array',
        description: 'Each distinct certificate that was sent first in a chain',
        itemKey: ['subject', 'serial'],
        items: {
          type: 'object',
          description: 'One certificate',
          properties: {
            subject: {
              type: 'string',
              description: 'Subject name as RFC 4514 text; "(none)" where it is empty',
            },
            serial: { type: 'string', description: 'Serial number, hexadecimal' },
            sha256: { type: 'string', description: 'SHA-256 of the whole certificate, hexadecimal' },
            host: { type: 'string', description: 'Name or address that the target was asked for under' },
            matchesHost: {
              type: 'boolean',
              description:
                'Whether subjectAltName holds that name or address (RFC 9525); the common name does not count',
            },
            dnsNames: {
              type: 'array',
              description: 'dNSName entries of subjectAltName',
              items: {
                type: 'string',
                description: 'DNS name; octets that are not printable ASCII as \\x and two digits',
              },
            },
            ipAddresses: {
              type: 'array',
              description: 'iPAddress entries of subjectAltName',
              items: { type: 'string', description: 'Address; hexadecimal where it has a wrong length' },
            },
            internalNames: {
              type: 'array',
              presence: 'if-seen',
              description:
                'Of those names and addresses, the ones of an internal network: a single label, below a top-level name that is not in the public DNS (.local, .internal, .corp, .lan, ...), or an address that is not routed on the Internet (RFC 1918, RFC 4193, RFC 6598, loopback, link-local)',
              items: { type: 'string', description: 'DNS name or address' },
            },
            notBefore: {
              type: 'string',
              format: 'date-time',
              description: 'First instant of the validity period',
            },
            notAfter: {
              type: 'string',
              format: 'date-time',
              description: 'Last instant of the validity period',
            },
            lifetimeDays: {
              type: 'integer',
              description: 'Length of the validity period in days, rounded up',
            },
            certificateAuthority: {
              type: 'boolean',
              description: 'Whether basicConstraints lets it issue certificates',
            },
            serverAuth: {
              type: 'boolean',
              description:
                'Whether it may authenticate a server: extendedKeyUsage is absent, or holds serverAuth or anyExtendedKeyUsage',
            },
            keyUsageFits: {
              type: 'boolean',
              description:
                'Whether keyUsage is absent or allows a TLS handshake: digitalSignature, keyEncipherment for an RSA key, keyAgreement for an EC key',
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Leaf = FactOf<typeof leaf.schema>;
