import type { FactDefinition, FactOf } from '../../model/index.ts';
import { signatureHashes } from '../../x509/object-identifiers.ts';
import { keyTypes } from '../../x509/public-key.ts';

/** The certificates that a server sends, and whether they lead to a trusted root. */
export const chain = {
  name: 'tls.chain',
  subject: 'tls-endpoint',
  schema: {
    type: 'object',
    description:
      'Certificates sent in handshakes of each accepted version that asked for RSA, for ECDSA or EdDSA, and for any other kind of key',
    properties: {
      certificates: {
        type: 'array',
        description: 'Each distinct certificate sent, in whatever chain and place',
        itemKey: ['role', 'subject', 'serial'],
        items: {
          type: 'object',
          description: 'One certificate',
          properties: {
            role: {
              type: 'string',
              enum: ['leaf', 'intermediate', 'root'],
              description:
                'leaf: sent first. root: not first, and signed with its own key. intermediate: any other',
            },
            subject: {
              type: 'string',
              description: 'Subject name as RFC 4514 text; "(none)" where it is empty',
            },
            issuer: {
              type: 'string',
              description: 'Issuer name as RFC 4514 text; "(none)" where it is empty',
            },
            serial: { type: 'string', description: 'Serial number, hexadecimal' },
            sha256: { type: 'string', description: 'SHA-256 of the whole certificate, hexadecimal' },
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
            keyType: {
              type: 'string',
              enum: keyTypes,
              description: 'Kind of the public key; other: one that this machine cannot read',
            },
            keyBits: {
              type: 'integer',
              presence: 'if-seen',
              description:
                'Size of the modulus, of the field of the curve, or of the encoded key (Ed25519: 256)',
            },
            exponentBits: {
              type: 'integer',
              presence: 'if-seen',
              description:
                'Size of the public exponent of an RSA key (65537: 17); 0 for a key of another kind',
            },
            curve: {
              type: 'string',
              description: 'Name of the curve of an EC key; "none" for a key of another kind',
            },
            signatureAlgorithm: {
              type: 'string',
              description:
                'Name of the algorithm the issuer signed with, or its object identifier where it is not known',
            },
            signatureHash: {
              type: 'string',
              enum: signatureHashes,
              presence: 'if-seen',
              description: 'Digest under the signature; none: EdDSA, which takes no separate digest',
            },
            selfSigned: { type: 'boolean', description: 'Whether it was signed with its own key' },
          },
        },
      },
      paths: {
        type: 'array',
        description:
          'Each distinct chain sent, and whether a valid path leads from its leaf to a trusted root',
        itemKey: ['leaf', 'serial'],
        items: {
          type: 'object',
          description: 'One chain',
          properties: {
            leaf: {
              type: 'string',
              description: 'Subject of the leaf as RFC 4514 text; "(none)" where it is empty',
            },
            serial: { type: 'string', description: 'Serial number of the leaf, hexadecimal' },
            leafSha256: { type: 'string', description: 'SHA-256 of the leaf, hexadecimal' },
            sent: {
              type: 'array',
              description: 'SHA-256 of each certificate, in the order sent',
              items: { type: 'string', description: 'Hexadecimal' },
            },
            handshakes: {
              type: 'array',
              description: 'In which handshakes the chain was sent',
              items: { type: 'string', description: 'Protocol version, and the authentication asked for' },
            },
            trusted: {
              type: 'boolean',
              description:
                'Whether a valid path (RFC 5280 section 6) leads from the leaf over the certificates sent to a trusted root, at the time of the look',
            },
            reason: { type: 'string', presence: 'optional', description: 'Why not; absent where trusted' },
            anchor: {
              type: 'string',
              presence: 'optional',
              description: 'Subject of the root that the path leads to; absent where not trusted',
            },
            complete: {
              type: 'boolean',
              presence: 'if-seen',
              description:
                'Whether signatures lead from the leaf over the certificates sent to a self-signed certificate or a trusted root. False: the issuer of one was neither sent nor is trusted, and it is an intermediate: the certificate says where to fetch it, carries the timestamps that public authorities embed, or another chain of the server has it. Absent: it could as well be a private root that is not among the trusted ones',
            },
            missingIssuer: {
              type: 'string',
              presence: 'optional',
              description:
                'Issuer whose certificate was neither sent nor is trusted; absent where there is none',
            },
            inOrder: {
              type: 'boolean',
              presence: 'if-seen',
              description: 'Whether each certificate sent signed the one before it',
            },
            unneeded: {
              type: 'array',
              presence: 'if-seen',
              description: 'Certificates sent that no path from the leaf can use',
              items: { type: 'string', description: 'Subject as RFC 4514 text' },
            },
            duplicates: {
              type: 'integer',
              presence: 'if-seen',
              description: 'How many certificates were sent more than once',
            },
            rootSent: {
              type: 'boolean',
              presence: 'if-seen',
              description: 'Whether a self-signed certificate was sent after the leaf',
            },
            anchorKind: {
              type: 'string',
              enum: ['public', 'private'],
              presence: 'if-seen',
              description:
                'public: signatures lead to one of the public roots. private: they lead to another root, or the leaf is self-signed',
            },
            trustStore: { type: 'string', description: 'Which roots are trusted' },
            trustStoreSha256: {
              type: 'string',
              description: 'SHA-256 over the sorted SHA-256 of those roots',
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Chain = FactOf<typeof chain.schema>;
