/** What names a certificate in a fact: the same in each. */
export const certificateIdentity = {
  subject: {
    type: 'string',
    description: 'Subject name as RFC 4514 text; "(none)" where it is empty',
  },
  serial: { type: 'string', description: 'Serial number, hexadecimal' },
  sha256: { type: 'string', description: 'SHA-256 of the whole certificate, hexadecimal' },
} as const;
