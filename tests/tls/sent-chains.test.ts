import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import type { Authentication } from '../../src/tls/authentication.ts';
import type { CertificateEntry } from '../../src/tls/certificate-message.ts';
import type { Ending } from '../../src/tls/exchange.ts';
import { handshake12 } from '../../src/tls/handshake/handshake12.ts';
import type { Proof } from '../../src/tls/handshake/signature.ts';
import { sentIn12 } from '../../src/tls/sent-certificates.ts';
import { type CertificateOutcome, distinctBesides, readSentChains } from '../../src/tls/sent-chains.ts';
import { readCertificate } from '../../src/x509/certificate.ts';
import { issueCa, issueLeaf, party } from '../x509/authority.ts';
import { retold } from './talking.ts';
import { serverHello } from './wire.ts';

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

const hello = serverHello('TLSv1.2').toString('hex');
const certificateRecord = (...ders: readonly Uint8Array[]): string =>
  hello +
  record(22, Buffer.concat([uint(1, 11), vector(3, vector(3, ...ders.map((der) => vector(3, der))))]));
const alertRecord = (description: number): string => record(21, Buffer.from([2, description]));
const helloDone = hello + record(22, Buffer.from([14, 0, 0, 0]));

/** What a handshake showed in which the server sent the bytes (hexadecimal). */
function outcome(
  authentication: Authentication,
  received: string,
  ended: Ending = 'complete',
  proof: Proof = 'valid',
): CertificateOutcome {
  const offer = {
    label: 'any',
    random: (_: string, length: number) => new Uint8Array(length),
    serverName: undefined,
    version: 'TLSv1.2',
    suites: [0xc02f],
    groups: [],
    signatureSchemes: [],
  } as const;
  const steps = [{ sent: new Uint8Array(), received: Buffer.from(received, 'hex'), ended }];
  const seen = retold(handshake12(offer, 'flight'), steps);
  const result = sentIn12({ ...seen, proof: { scheme: 0x0804, result: proof } }, 'TLSv1.2');
  return { version: 'TLSv1.2', authentication, ended, result };
}

const rsa = outcome('RSA', certificateRecord(leaf, rootCertificate));
const refusedEc = outcome('ECDSA or EdDSA', alertRecord(40));
const closedEc = outcome('ECDSA or EdDSA', '', 'closed');
const silentEc = outcome('ECDSA or EdDSA', '', 'timed-out');

const digests = (outcomes: readonly CertificateOutcome[]): string[][] =>
  readSentChains(outcomes).chains.map((chain) => [chain.leaf, ...chain.others].map(({ sha256 }) => sha256));
const sha256 = (der: Uint8Array): string => readCertificate(der).sha256;

describe('readSentChains', () => {
  it('gives the chain as sent, and an alert for an answer', () => {
    expect(digests([rsa, refusedEc])).toEqual([[sha256(leaf), sha256(rootCertificate)]]);
    expect(readSentChains([rsa, refusedEc]).missing).toEqual([]);
  });

  it('gives one chain once, with every handshake that brought it', () => {
    const again = outcome('ECDSA or EdDSA', certificateRecord(leaf, rootCertificate));
    expect(readSentChains([rsa, again, rsa]).chains.map(({ handshakes }) => handshakes)).toEqual([
      ['TLSv1.2, RSA', 'TLSv1.2, ECDSA or EdDSA'],
    ]);
  });

  it('keeps every distinct staple and list of timestamps, with the handshakes that it came in', () => {
    const [bad, good, list] = [Buffer.of(1), Buffer.of(2), Buffer.of(3)];
    const sent = (
      authentication: Authentication,
      besides: Partial<CertificateEntry>,
      ended: Ending = 'complete',
      version: CertificateOutcome['version'] = 'TLSv1.2',
    ): CertificateOutcome => ({
      version,
      authentication,
      ended,
      result: { kind: 'chain', certificates: [{ der: leaf, ...besides }] },
    });
    const { chains } = readSentChains([
      sent('RSA', { staple: bad, timestamps: list }),
      sent('ECDSA or EdDSA', { staple: good }),
      sent('any', { staple: good }),
      sent('RSA', {}),
      sent('RSA', {}, 'closed'),
      sent('RSA', {}, 'complete', 'SSLv3'),
    ]);
    expect(chains).toHaveLength(1);
    expect(distinctBesides(chains[0]!, 'staple')).toEqual([
      { bytes: bad, handshakes: ['TLSv1.2, RSA'] },
      { bytes: good, handshakes: ['TLSv1.2, ECDSA or EdDSA', 'TLSv1.2, any'] },
    ]);
    expect(distinctBesides(chains[0]!, 'timestamps')).toEqual([
      { bytes: list, handshakes: ['TLSv1.2, RSA'] },
    ]);
    expect(chains[0]!.sendings.map(({ asked }) => asked)).toEqual([true, true, true, true, false, false]);
  });

  it('keeps two chains of one server apart', () => {
    const second = outcome('ECDSA or EdDSA', certificateRecord(otherLeaf));
    expect(digests([rsa, second])).toEqual([[sha256(leaf), sha256(rootCertificate)], [sha256(otherLeaf)]]);
  });

  it.each([
    ['closed', closedEc],
    ['silent', silentEc],
    ['an alert that says nothing of keys', outcome('ECDSA or EdDSA', alertRecord(80), 'closed')],
    ['something other than TLS', outcome('ECDSA or EdDSA', '485454502f', 'closed')],
    [
      'a malformed message',
      outcome('ECDSA or EdDSA', hello + record(22, Buffer.from([11, 0, 0, 3, 0, 0, 9]))),
    ],
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
    const second = outcome('ECDSA or EdDSA', certificateRecord(otherLeaf));
    expect(readSentChains([rsa, silentEc, rsa, second, rsa])).toMatchObject({
      missing: [],
      chains: [{}, {}],
    });
  });

  it('takes no chain that was signed with another key', () => {
    const other = outcome('RSA', certificateRecord(leaf), 'complete', 'invalid');
    expect(readSentChains([other, refusedEc])).toMatchObject({
      chains: [],
      missing: [{ what: 'the chain sent for TLSv1.2, RSA' }, { what: 'any chain under TLSv1.2' }],
    });
  });

  it('misses the proof of a chain whose signature cannot be checked, unless another handshake has it', () => {
    const unchecked = outcome('RSA', certificateRecord(leaf), 'complete', 'unknown');
    expect(readSentChains([unchecked, refusedEc])).toMatchObject({
      chains: [{ handshakes: ['TLSv1.2, RSA'] }],
      missing: [{ what: 'whether the server holds the key of the chain sent for TLSv1.2, RSA' }],
    });
    const proven = outcome('any', certificateRecord(leaf));
    expect(readSentChains([unchecked, refusedEc, proven]).missing).toEqual([]);
    const anotherProven = outcome('any', certificateRecord(otherLeaf));
    expect(readSentChains([unchecked, refusedEc, anotherProven]).missing).toHaveLength(1);
  });

  it('says so where a version brought no chain at all', () => {
    const anonymous = [outcome('RSA', helloDone), outcome('ECDSA or EdDSA', alertRecord(40))];
    expect(readSentChains(anonymous)).toMatchObject({
      chains: [],
      missing: [{ what: 'any chain under TLSv1.2' }],
    });
  });

  it('misses a certificate that cannot be read, and keeps the others', () => {
    const garbled = outcome('RSA', certificateRecord(leaf, Buffer.from('garbage'), rootCertificate));
    expect(digests([garbled])).toEqual([[sha256(leaf), sha256(rootCertificate)]]);
    expect(readSentChains([garbled]).missing).toMatchObject([
      { what: 'certificate 2 of the chain sent for TLSv1.2, RSA' },
    ]);
    const leafless = outcome('RSA', certificateRecord(Buffer.from('garbage')));
    expect(readSentChains([leafless])).toMatchObject({
      chains: [],
      missing: [{ what: 'certificate 1 of the chain sent for TLSv1.2, RSA' }],
    });
  });
});
