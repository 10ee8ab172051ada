import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AssayError } from '../../src/model/index.ts';
import { readCertificate } from '../../src/x509/certificate.ts';
import { certificateFields } from '../../src/x509/certificate-fields.ts';
import { readTimestamps } from '../../src/x509/certificate-timestamps.ts';
import { judgeCrl } from '../../src/x509/crl-check.ts';
import { judgeOcsp } from '../../src/x509/ocsp.ts';
import { readOcspResponse } from '../../src/x509/ocsp-response.ts';
import { statusExtensions } from '../../src/x509/status-extensions.ts';
import { precertificateBody } from '../../src/x509/timestamp-check.ts';
import { at, issueCa, issueLeaf, party } from './authority.ts';
import { certificateEntry, issueLogged, log, timestamp, timestampList } from './log-authority.ts';
import { issueList, issueOcsp } from './status-authority.ts';

const ca = party('CA');
const issuer = issueCa(ca, ca);
const delegate = party('Responder');
const delegateCertificate = issueLeaf(delegate, ca, { extendedKeyUsage: ['OCSPSigning'] });
const access = Buffer.from('301f301d06082b060105050730018611687474703a2f2f6f6373702e746573742f', 'hex');
const points = Buffer.from('30173015a013a011860f687474703a2f2f63726c2e74657374', 'hex');
const leaf = issueLogged(party('host.test'), ca, issuer, [{ log: log('A', 'one'), at }], {
  extensions: [
    { oid: '1.3.6.1.5.5.7.1.1', critical: false, value: access },
    { oid: '2.5.29.31', critical: false, value: points },
    { oid: '1.3.6.1.5.5.7.1.24', critical: false, value: Buffer.from('3003020105', 'hex') },
  ],
});
const times = { thisUpdate: new Date(at.getTime() - 1000), nextUpdate: new Date(at.getTime() + 1000) };
const revokedAt = new Date('2026-11-01T00:00:00Z');
const question = { certificate: readCertificate(leaf), issuer: readCertificate(issuer), atMs: at.getTime() };
const answer = { certificate: leaf, issuer, ...times, status: { revokedAt, reason: 6 } };
const response = issueOcsp({
  signer: delegate,
  responder: delegateCertificate,
  certificates: [delegateCertificate],
  answers: [answer],
});
const list = issueList({
  signer: ca,
  issuer,
  ...times,
  revoked: [{ certificate: leaf, at: revokedAt, reason: 6 }],
});
const stamps = timestampList(timestamp(log('A', 'one'), certificateEntry(leaf), at));

/** Some octets written over, taken out or put in, anywhere. */
function mutated(original: Uint8Array): fc.Arbitrary<Uint8Array> {
  const change = fc.record({
    at: fc.nat({ max: original.length - 1 }),
    drop: fc.integer({ min: 0, max: 4 }),
    put: fc.uint8Array({ maxLength: 4 }),
  });
  return fc
    .array(change, { minLength: 1, maxLength: 3 })
    .map((changes) =>
      changes.reduce<Uint8Array>(
        (bytes, { at: place, drop, put }) =>
          Buffer.concat([bytes.subarray(0, place), put, bytes.subarray(place + drop)]),
        original,
      ),
    );
}

const anything = (original: Uint8Array): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    mutated(original),
    fc.uint8Array({ maxLength: 300 }),
    fc.nat({ max: original.length }).map((length) => original.subarray(0, length)),
  );

function onlyAssayErrors(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(AssayError);
  }
}

const runs = { numRuns: 400 };

describe('whatever is sent', () => {
  it('an OCSP response proves nothing that nobody signed', () => {
    expect(judgeOcsp(response, question).kind).toBe('revoked');
    fc.assert(
      fc.property(anything(response), (bytes) => {
        expect(['revoked', 'invalid']).toContain(judgeOcsp(bytes, question).kind);
      }),
      runs,
    );
  });

  it('nor does a list of revoked certificates', () => {
    expect(judgeCrl(list, question).kind).toBe('revoked');
    fc.assert(
      fc.property(anything(list), (bytes) => {
        expect(['revoked', 'invalid']).toContain(judgeCrl(bytes, question).kind);
      }),
      runs,
    );
  });

  it('readers fail as they say', () => {
    fc.assert(
      fc.property(anything(response), anything(stamps), anything(leaf), (ocsp, timestamps, certificate) => {
        onlyAssayErrors(() => readOcspResponse(ocsp));
        onlyAssayErrors(() => readTimestamps(timestamps));
        onlyAssayErrors(() => certificateFields(certificate));
        onlyAssayErrors(() => statusExtensions(certificate));
        onlyAssayErrors(() => precertificateBody(certificate));
      }),
      runs,
    );
  });

  it.each([
    ['depth', Buffer.concat(Array.from({ length: 60_000 }, () => Buffer.of(0x30, 0x80)))],
    ['nested lengths', nested(20_000)],
    ['a length beyond the end', Buffer.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff)],
    ['a length of nine octets', Buffer.of(0x30, 0x89, 1, 1, 1, 1, 1, 1, 1, 1, 1)],
    ['no length', Buffer.of(0x30)],
    ['a long tag', Buffer.of(0x3f, 0xff, 0xff, 0xff, 0x7f, 0)],
    [
      'sixty thousand empty values',
      Buffer.concat([Buffer.of(0x30, 0x83, 0x01, 0xd4, 0xc0), Buffer.alloc(120_000)]),
    ],
  ])('%s takes no long time', (_, bytes) => {
    const began = performance.now();
    expect(judgeOcsp(bytes, question).kind).toBe('invalid');
    expect(judgeCrl(bytes, question).kind).toBe('invalid');
    onlyAssayErrors(() => statusExtensions(bytes));
    onlyAssayErrors(() => readTimestamps(bytes));
    expect(performance.now() - began).toBeLessThan(1000);
  });

  it('a long list is read in no long time', () => {
    const entry = { certificate: issueLeaf(party('other.test'), ca), at: revokedAt, reason: 1 };
    const revoked = Array.from({ length: 20_000 }, () => entry);
    const long = issueList({ signer: ca, issuer, ...times, revoked });
    const began = performance.now();
    expect(judgeCrl(long, question).kind).toBe('good');
    expect(performance.now() - began).toBeLessThan(1000);
  });
});

/** SEQUENCEs in each other, every length right. */
function nested(depth: number): Buffer {
  let bytes = Buffer.alloc(0);
  const heads: Buffer[] = [];
  let length = 0;
  for (let level = 0; level < depth; level++) {
    const head = Buffer.from([0x30, 0x83, length >> 16, (length >> 8) & 0xff, length & 0xff]);
    heads.unshift(head);
    length += head.length;
  }
  bytes = Buffer.concat(heads);
  return bytes;
}

describe('odd certificates', () => {
  it('with zero octets in names, absurd dates and no extensions at all', () => {
    const odd = issueLeaf(party('a\u0000b'), ca, {
      dnsNames: ['a\u0000b.test', ''],
      notBefore: new Date('1950-01-01T00:00:00Z'),
      notAfter: new Date('9999-12-31T23:59:59Z'),
    });
    expect(statusExtensions(odd)).toEqual({
      ocspUrls: [],
      issuerUrls: [],
      crlUrls: [],
      mustStaple: false,
      malformed: [],
    });
    expect(readCertificate(odd).notAfter).toBe('9999-12-31T23:59:59.000Z');
  });

  it('with malformed extensions are read without them, and say which', () => {
    const bad = { critical: false, value: Buffer.from('3003020105ff', 'hex') };
    const odd = issueLeaf(party('host.test'), ca, {
      extensions: [
        { oid: '1.3.6.1.5.5.7.1.1', ...bad },
        { oid: '2.5.29.31', critical: false, value: Buffer.from('0400', 'hex') },
        { oid: '1.3.6.1.4.1.11129.2.4.2', critical: false, value: Buffer.from('30', 'hex') },
      ],
    });
    expect(statusExtensions(odd)).toMatchObject({
      ocspUrls: [],
      crlUrls: [],
      malformed: ['authorityInfoAccess', 'embeddedTimestamps', 'crlDistributionPoints'],
    });
    expect(statusExtensions(leaf)).toMatchObject({
      ocspUrls: ['http://ocsp.test/'],
      crlUrls: ['http://crl.test'],
      mustStaple: true,
      malformed: [],
    });
  });

  it('escapes what a URL could do to a terminal', () => {
    const value = Buffer.from('3014301206082b060105050730018606613a1b5b324a', 'hex');
    const odd = issueLeaf(party('host.test'), ca, {
      extensions: [{ oid: '1.3.6.1.5.5.7.1.1', critical: false, value }],
    });
    expect(statusExtensions(odd).ocspUrls).toEqual(['a:\\x1b[2J']);
  });
});
