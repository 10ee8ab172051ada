import type { FactDefinition, FactOf } from '../../model/index.ts';
import { certificateIdentity } from './certificate-identity.ts';

/** Where a certificate says that its status is to be learned. */
export const statusSources = {
  ocspUrls: {
    type: 'array',
    description: 'OCSP responders that the certificate names',
    items: { type: 'string', description: 'URL' },
  },
  crlUrls: {
    type: 'array',
    description: 'Lists of revoked certificates that the certificate names',
    items: { type: 'string', description: 'URL' },
  },
} as const;

/** What is known of the status of a certificate. */
export const statusFields = {
  status: {
    type: 'string',
    enum: ['good', 'revoked', 'short-lived'],
    presence: 'if-seen',
    description:
      'good, revoked: a signed and current OCSP response or list says so. short-lived: nothing says so, and it is made for so few days (10 if issued before 2026-03-15, else 7) that the Baseline Requirements ask for no way to revoke it. Absent: nothing says',
  },
  statusSource: {
    type: 'string',
    presence: 'optional',
    description: 'What says so, who signed it, and until when it holds; or why nothing says',
  },
  revokedAt: {
    type: 'string',
    format: 'date-time',
    presence: 'optional',
    description: 'Since when it is revoked',
  },
  revocationReason: {
    type: 'string',
    presence: 'optional',
    description: 'Why, in the words of RFC 5280 section 5.3.1',
  },
} as const;

/** What is known of whether the certificates that a server sends are revoked. */
export const revocation = {
  name: 'tls.revocation',
  subject: 'tls-endpoint',
  schema: {
    type: 'object',
    description: 'What stapled OCSP responses say of the certificates sent; nobody is asked for this',
    properties: {
      certificates: {
        type: 'array',
        description: "Each distinct certificate presented as the server's own",
        itemKey: ['subject', 'serial'],
        items: {
          type: 'object',
          description: 'One certificate',
          properties: {
            ...certificateIdentity,
            ...statusSources,
            selfSigned: {
              type: 'boolean',
              description: 'Whether it was signed with its own key: no authority could revoke it',
            },
            mustStaple: {
              type: 'boolean',
              description: 'Whether it promises that an OCSP response is stapled to it (RFC 7633)',
            },
            staple: {
              type: 'string',
              enum: ['none', 'good', 'revoked', 'unknown', 'invalid'],
              presence: 'if-seen',
              description:
                'The OCSP response that the server stapled to it. good, revoked, unknown: what it says, being signed by the issuer or by whom the issuer certified for that, and of the time of the look. invalid: it is not. none: in a handshake that brought the certificate and asked for one none came, and what came in others is good. Of several the worst, in the order revoked, invalid, unknown, none, good. Absent: none came and none was asked for, or the certificate of who issued it is not known',
            },
            stapleFault: {
              type: 'string',
              presence: 'optional',
              description: 'Why the stapled response is invalid',
            },
            ...statusFields,
          },
        },
      },
      authorities: {
        type: 'array',
        description: 'Each distinct intermediate certificate sent',
        itemKey: ['subject', 'serial'],
        items: {
          type: 'object',
          description: 'One certificate',
          properties: { ...certificateIdentity, ...statusSources, ...statusFields },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Revocation = FactOf<typeof revocation.schema>;
