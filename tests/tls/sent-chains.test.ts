import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import type { Authentication } from '../../src/tls/authentication.ts';
import { readSentChains } from '../../src/tls/sent-chains.ts';
import type { Transcript } from '../../src/tls/transcript.ts';
import { readCertificate } from '../../src/x509/certificate.ts';
import { issueCa, issueLeaf, party } from '../x509/authority.ts';

const root = party('Root');
const leaf = issueLeaf(party('host.test'), root);
const otherLeaf = issueLeaf(party('host.test'), root);
const rootCertificate = issueCa(root, root);

function uint(size: number, value: number): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.writeUIntBE(value, 0, size);
  return bytes;
}

function vector(lengthSize: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([uint(lengthSize, body.length), body]);
}

function record(type: number, body: Uint8Array): string {
  return Buffer.concat([Buffer.from([type, 3, 3]), vector(2, body)]).toString('hex');
}

const certificateRecord = (...ders: readonly Uint8Array[]): string =>
  record(22, Buffer.concat([uint(1, 11), vector(3, vector(3, ...ders.map((der) => vector(3, der))))]));
const alertRecord = (description: number): string => record(21, Buffer.from([2, description]));
const helloDone = record(22, Buffer.from([14, 0, 0, 0]));

function transcript(
  authentication: Authentication,
  received: string,
  ended = 'Certificate message read',
): Transcript {
  return { version: 'TLSv1.2', authentication, sent: '', received, ended };
}

const rsa = transcript('RSA', certificateRecord(leaf, rootCertificate));
const refusedEc = transcript('ECDSA or EdDSA', alertRecord(40));
const closedEc = transcript('ECDSA or EdDSA', '', 'connection closed');
const silentEc = transcript('ECDSA or EdDSA', '', 'no end in time');

const digests = (transcripts: readonly Transcript[]): string[][] =>
  readSentChains(transcripts).chains.map((chain) =>
    [chain.leaf, ...chain.others].map(({ sha256 }) => sha256),
  );
const sha256 = (der: Uint8Array): string => readCertificate(der).sha256;

describe('readSentChains', () => {
  it('gives the chain as sent, and an alert for an answer', () => {
    expect(digests([rsa, refusedEc])).toEqual([[sha256(leaf), sha256(rootCertificate)]]);
    expect(readSentChains([rsa, refusedEc]).missing).toEqual([]);
  });

  it('gives one chain once, with every handshake that brought it', () => {
    const again = transcript('ECDSA or EdDSA', certificateRecord(leaf, rootCertificate));
    expect(readSentChains([rsa, again, rsa]).chains.map(({ handshakes }) => handshakes)).toEqual([
      ['TLSv1.2, RSA', 'TLSv1.2, ECDSA or EdDSA'],
    ]);
  });

  it('keeps two chains of one server apart', () => {
    const second = transcript('ECDSA or EdDSA', certificateRecord(otherLeaf));
    expect(digests([rsa, second])).toEqual([[sha256(leaf), sha256(rootCertificate)], [sha256(otherLeaf)]]);
  });

  it.each([
    ['closed', closedEc],
    ['silent', silentEc],
    [
      'an alert that says nothing of keys',
      transcript('ECDSA or EdDSA', alertRecord(80), 'connection closed'),
    ],
    ['something other than TLS', transcript('ECDSA or EdDSA', '485454502f', 'connection closed')],
    ['a malformed message', transcript('ECDSA or EdDSA', record(22, Buffer.from([11, 0, 0, 3, 0, 0, 9])))],
  ])('misses what was not answered: %s', (_, unanswered) => {
    expect(readSentChains([rsa, unanswered]).missing).toMatchObject([
      { what: 'the chain sent for TLSv1.2, ECDSA or EdDSA' },
    ]);
  });

  it('takes a closed connection for an answer only between two chains', () => {
    expect(readSentChains([rsa, closedEc, rsa, closedEc, rsa]).missing).toEqual([]);
    expect(readSentChains([rsa, closedEc, closedEc, rsa]).missing).toHaveLength(1);
    expect(readSentChains([rsa, silentEc, rsa, silentEc, rsa]).missing).toHaveLength(1);
  });

  it('takes the second answer where the first was none', () => {
    const second = transcript('ECDSA or EdDSA', certificateRecord(otherLeaf));
    expect(readSentChains([rsa, silentEc, rsa, second, rsa])).toMatchObject({
      missing: [],
      chains: [{}, {}],
    });
  });

  it('says so where a version brought no chain at all', () => {
    const anonymous = [transcript('RSA', helloDone), transcript('ECDSA or EdDSA', alertRecord(40))];
    expect(readSentChains(anonymous)).toMatchObject({
      chains: [],
      missing: [{ what: 'any chain under TLSv1.2' }],
    });
  });

  it('misses a certificate that cannot be read, and keeps the others', () => {
    const garbled = transcript('RSA', certificateRecord(leaf, Buffer.from('garbage'), rootCertificate));
    expect(digests([garbled])).toEqual([[sha256(leaf), sha256(rootCertificate)]]);
    expect(readSentChains([garbled]).missing).toMatchObject([
      { what: 'certificate 2 of the chain sent for TLSv1.2, RSA' },
    ]);
    const leafless = transcript('RSA', certificateRecord(Buffer.from('garbage')));
    expect(readSentChains([leafless])).toMatchObject({
      chains: [],
      missing: [{ what: 'certificate 1 of the chain sent for TLSv1.2, RSA' }],
    });
  });
});
