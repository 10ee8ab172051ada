import type { FactDefinition, FactOf } from '../../model/index.ts';

/** Named attacks whose precondition is what a server accepts. */
export const attackNames = [
  'POODLE',
  'SWEET32',
  'FREAK',
  'Logjam',
  'DROWN',
  'BEAST',
  'CRIME',
  'RC4',
  'renegotiation',
  'Raccoon',
  'ALPACA',
] as const;

/** Whether what an endpoint accepts lets a named attack begin. */
export const attacks = {
  name: 'tls.attacks',
  subject: 'tls-endpoint',
  schema: {
    type: 'map',
    description:
      'Named attacks, each decided by configuration: by what the endpoint accepts, never by trying the attack. POODLE: SSLv3 with a CBC suite. SWEET32: a suite with blocks of 64 bits. FREAK: RSA export suites. Logjam: DHE export suites, or a prime of at most 1024 bits. DROWN: SSLv2. BEAST: a CBC suite in SSLv3 or TLS 1.0. CRIME: compression. RC4: an RC4 suite. renegotiation: a version without RFC 5746. Raccoon: the same Diffie-Hellman key in two connections. ALPACA: a handshake under a server name and an application protocol that cannot be its own',
    keys: attackNames,
    values: {
      type: 'string',
      enum: ['possible', 'excluded'],
      description: 'possible: the precondition is met. excluded: it is not. One that is not known is absent',
    },
  },
} as const satisfies FactDefinition;

export type Attacks = FactOf<typeof attacks.schema>;
export type AttackName = (typeof attackNames)[number];
