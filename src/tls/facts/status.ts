import type { FactDefinition, FactOf } from '../../model/index.ts';
import { certificateIdentity } from './certificate-identity.ts';
import { statusFields, statusSources } from './revocation.ts';

const from = {
  source: {
    type: 'string',
    enum: ['staple', 'crl', 'ocsp', 'validity'],
    presence: 'optional',
    description:
      'Where the status is from: an OCSP response that the server stapled, a list of revoked certificates or an OCSP response that was asked for, or the period for which the certificate is made; absent where nothing says',
  },
  host: {
    type: 'string',
    presence: 'optional',
    description:
      'The host that was asked, of the URL in the certificate; absent where nobody was, or nobody said',
  },
} as const;

/** What the issuers say of the certificates that a server sends. */
export const status = {
  name: 'tls.status',
  subject: 'tls-endpoint',
  schema: {
    type: 'object',
    description:
      'What the issuer says of each certificate sent: a valid stapled response, else what is asked for over the network at the URLs that the certificate names, first its lists of revoked certificates, then its OCSP responders, until one says good or revoked',
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
              description:
                'Whether it was signed with its own key: no authority could revoke it, none is asked',
            },
            ...statusFields,
            ...from,
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
          properties: { ...certificateIdentity, ...statusSources, ...statusFields, ...from },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Status = FactOf<typeof status.schema>;
