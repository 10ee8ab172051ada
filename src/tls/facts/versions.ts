import type { FactDefinition, FactOf } from '../../model/index.ts';

/** Which protocol versions an endpoint accepts and refuses. A version without a definite answer has no key. */
export const versions = {
  name: 'tls.versions',
  subject: 'tls-endpoint',
  schema: {
    type: 'map',
    description:
      'Answer to a ClientHello of each protocol version; a version without a definite answer is absent',
    keys: ['SSLv2', 'SSLv3', 'TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'],
    values: {
      type: 'string',
      enum: ['accepted', 'refused'],
      description:
        'accepted: the server answered with exactly this version and a cipher suite that was offered. refused: it answered with alert protocol_version, with a lower version, or twice with another alert, a close or a reset to a hello that offered everything, between two hellos that it accepted',
    },
  },
} as const satisfies FactDefinition;

export type Versions = FactOf<typeof versions.schema>;
