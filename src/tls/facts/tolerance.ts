import type { FactDefinition, FactOf } from '../../model/index.ts';

/** What a server may not mind in a hello, as far as it does not know it. */
export const tolerated = [
  'version',
  'extensions',
  'suites',
  'groups',
  'signature-schemes',
  'length-500',
  'length-1500',
  'length-5000',
  'fragments',
] as const;

/** Whether a server goes on with a hello that has more in it than it knows. */
export const tolerance = {
  name: 'tls.tolerance',
  subject: 'tls-endpoint',
  schema: {
    type: 'map',
    description:
      'A hello of at most about 255 bytes that the highest accepted version answers with a handshake, changed in several things at once, and in one at a time where that was not accepted; one without a definite answer is absent. version: it also names versions that do not exist. extensions, suites, groups, signature-schemes: it also names some that nobody will ever assign (RFC 8701). length-…: padded to so many bytes (RFC 7685). fragments: cut into two records (RFC 8446 section 5.1)',
    keys: tolerated,
    values: {
      type: 'string',
      enum: ['tolerated', 'intolerant', 'not-carried'],
      description:
        'tolerated: the handshake began as it does with the plain hello. intolerant: twice it did not, but was ended by alert, close or reset, or went on with something else, between two plain hellos that were accepted. not-carried: hellos of the version have no such list',
    },
  },
} as const satisfies FactDefinition;

export type Tolerance = FactOf<typeof tolerance.schema>;
export type Tolerated = (typeof tolerated)[number];
