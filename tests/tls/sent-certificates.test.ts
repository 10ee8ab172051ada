import { describe, expect, it } from 'vitest';
import type { Handshake12 } from '../../src/tls/handshake/outcome12.ts';
import type { Handshake13 } from '../../src/tls/handshake/outcome13.ts';
import { sentIn12, sentIn13 } from '../../src/tls/sent-certificates.ts';

const certificates = [{ der: Uint8Array.of(1) }];
const staticRsa = 0x009c;
const ephemeral = 0xc02f;
/** TLS_RSA_WITH_RC4_128_SHA, which is not gone through here. */
const notFollowed = 0x0005;

const in12 = (more: Partial<Handshake12>, version = 'TLSv1.2') =>
  sentIn12(
    { ended: 'complete', flightDone: true, finished: false, keylog: [], certificates, ...more },
    version,
  );
const in13 = (more: Partial<Handshake13>) =>
  sentIn13({
    ...{ ended: 'complete', finished: false, completed: false, sessions: [], keylog: [] },
    certificates,
    ...more,
  });

describe('a chain counts as the own one of a server', () => {
  it('where it signed with the key', () => {
    const proof = { scheme: 0x0804, result: 'valid' } as const;
    expect(in12({ suite: ephemeral, proof })).toEqual({ kind: 'chain', certificates });
    expect(in13({ proof })).toEqual({ kind: 'chain', certificates });
  });

  it('where it read what was encrypted to the key, and only then', () => {
    expect(in12({ suite: staticRsa, finished: true })).toEqual({ kind: 'chain', certificates });
    const why = 'a certificate came, and no proof that the server holds its key (alert decrypt_error)';
    expect(in12({ suite: staticRsa, alert: 'decrypt_error' })).toEqual({ kind: 'unknown', why });
  });

  it('not where it ended the connection before it proved anything', () => {
    const why = 'a certificate came, and no proof that the server holds its key (connection closed)';
    expect(in13({ ended: 'closed' })).toEqual({ kind: 'unknown', why });
    const cut = { flightDone: false, ended: 'closed' } as const;
    expect(in12({ suite: ephemeral, ...cut })).toEqual({ kind: 'unknown', why });
    expect(in12({ suite: notFollowed, ...cut })).toEqual({ kind: 'unknown', why });
    expect(in12({ suite: staticRsa, ...cut }, 'SSLv3')).toEqual({ kind: 'unknown', why });
  });

  it('not where it signed with another key', () => {
    const proof = { scheme: 0x0804, result: 'invalid' } as const;
    expect(in12({ suite: ephemeral, proof })).toMatchObject({ kind: 'unknown' });
    expect(in13({ proof, finished: true })).toMatchObject({ kind: 'unknown' });
  });

  it('with that reservation where the proof cannot be checked here', () => {
    const unproven = 'a proof of this kind is not checked here';
    const shown = { kind: 'chain', certificates, unproven };
    const proof = { scheme: 0x0904, result: 'unknown' } as const;
    expect(in13({ proof, finished: true })).toEqual(shown);
    expect(in12({ suite: ephemeral, proof })).toEqual(shown);
    expect(in12({ suite: notFollowed })).toEqual(shown);
    expect(in12({ suite: staticRsa }, 'SSLv3')).toEqual(shown);
  });
});
