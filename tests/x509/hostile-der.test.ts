import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AssayError } from '../../src/model/index.ts';
import { readCertificate } from '../../src/x509/certificate.ts';
import {
  type DerValue,
  decodeDer,
  encodeDer,
  parts,
  primitive,
  sequence,
  set,
  tag,
} from '../../src/x509/der.ts';
import { readName } from '../../src/x509/distinguished-name.ts';
import { readExtensions } from '../../src/x509/extensions.ts';
import { readTime } from '../../src/x509/time.ts';

const folder = new URL('../../bench/fuzz/corpus/certificates/', import.meta.url);
/** One for each kind of key, name, extension, serial number and date that openssl makes. */
const certificates = readdirSync(folder).map((name) => readFileSync(new URL(name, folder)));

/** What a reader does with bytes: ERR_CERTIFICATE is the only thing that it may throw. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof AssayError && error.code === 'ERR_CERTIFICATE') return undefined;
    throw error;
  }
}

const partOf = (der: Uint8Array, index: number): DerValue | undefined =>
  parts(parts(decodeDer(der))[0])[index];
const encodedPart = (der: Uint8Array, index: number): Uint8Array[] => {
  const part = partOf(der, index);
  return part === undefined ? [] : [encodeDer(part)];
};

function altered(originals: readonly Uint8Array[]): fc.Arbitrary<Buffer> {
  const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
    minLength: 1,
    maxLength: 3,
  });
  return fc.tuple(fc.constantFrom(...originals), changes).map(([original, places]) => {
    const bytes = Buffer.from(original);
    for (const [at, value] of places) bytes[at % bytes.length] = value;
    return bytes;
  });
}

describe('certificates of every kind that openssl makes', () => {
  test('are read', () => {
    expect(certificates.length).toBeGreaterThan(20);
    for (const der of certificates) expect(readCertificate(der).sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  test('cut short anywhere are none', () => {
    for (const der of certificates.slice(0, 4))
      for (let length = 0; length < der.length; length += 3)
        expect(attempt(() => readCertificate(der.subarray(0, length)))).toBeUndefined();
  });

  test('with a NUL in a name are shown with it, not cut at it', () => {
    const der = certificates.find((one) => one.includes('good.example\0'));
    if (der === undefined) expect.fail('no such certificate in the corpus');
    expect(readCertificate(der).extensions.subjectAltName?.dns).toEqual(['good.example\0.evil.example']);
  });
});

describe('DER that somebody made up', () => {
  const control = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

  test('as a name: no control characters come out', () => {
    const names = certificates.flatMap((der) => encodedPart(der, 5));
    fc.assert(
      fc.property(altered(names), (der) => {
        expect(attempt(() => readName(decodeDer(der)))?.text ?? '').not.toMatch(control);
      }),
      { numRuns: 400 },
    );
  });

  test('as extensions: read, or ERR_CERTIFICATE', () => {
    const lists = certificates.flatMap((der) => {
      const part = partOf(der, 7);
      return part === undefined ? [] : [encodeDer(parts(part)[0] as DerValue)];
    });
    fc.assert(
      fc.property(altered(lists), (der) => {
        const read = attempt(() => readExtensions(parts(decodeDer(der))));
        expect(read?.basicConstraints?.pathLength ?? 0).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 400 },
    );
  });

  test('as a date: one that exists, or ERR_CERTIFICATE', () => {
    const text = fc.stringMatching(/^[0-9]{8,16}Z?$/);
    fc.assert(
      fc.property(text, fc.constantFrom(tag.UTCTIME, tag.GENERALIZEDTIME), (digits, type) => {
        const read = attempt(() => readTime(primitive(type, digits)));
        if (read !== undefined) expect(new Date(read).toISOString()).toBe(read);
      }),
      { numRuns: 400 },
    );
    expect(readTime(primitive(tag.GENERALIZEDTIME, '99991231235959Z'))).toBe('9999-12-31T23:59:59.000Z');
    expect(attempt(() => readTime(primitive(tag.GENERALIZEDTIME, '20260230000000Z')))).toBeUndefined();
  });

  test.each([
    [
      'nested ten thousand times',
      Buffer.concat([Buffer.from('3080'.repeat(10_000), 'hex'), Buffer.alloc(20_000)]),
    ],
    ['of a length of four gigabytes', Buffer.from('3084ffffffff0500', 'hex')],
    ['of a length of nine octets', Buffer.from('308900000000000000ffff0500', 'hex')],
    ['of indefinite length without end', Buffer.from('3080'.repeat(50_000), 'hex')],
  ])('%s is refused at once', (_, bomb) => {
    const startedAt = performance.now();
    expect(attempt(() => parts(decodeDer(bomb)).map(readName))).toBeUndefined();
    expect(attempt(() => readCertificate(bomb))).toBeUndefined();
    expect(performance.now() - startedAt).toBeLessThan(500);
  });

  test('as a name of ten thousand parts: read in time', () => {
    const oid = primitive(tag.OID, Uint8Array.of(0x55, 4, 3));
    const one = set(sequence(oid, primitive(tag.UTF8, '\u202e')));
    const startedAt = performance.now();
    expect(readName(sequence(...Array<DerValue>(10_000).fill(one))).comparable).toHaveLength(10_000);
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });
});
