import { getCiphers } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { cipherSuites } from '../../src/tls/cipher-suites.ts';
import { fullHello, smallHello, ssl2Hello } from '../../src/tls/offers.ts';
import { groups, type RecordVersion, signatureSchemes } from '../../src/tls/registry.ts';
import { readHello } from './wire.ts';

const versions: readonly RecordVersion[] = ['SSLv3', 'TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
const random = (_: string, length: number): Uint8Array => Buffer.alloc(length, 5);
const purpose = { label: 'test' };
const named = { serverName: 'host.example', random };
const unnamed = { serverName: undefined, random };
/** Suites of TLS 1.3 numbered elsewhere: SM4, the two that only authenticate, GOST with MGM. */
const laterOutside13xx = 2 + 2 + 4;
const uint16s = (bytes: Buffer): number[] =>
  Array.from({ length: bytes.readUInt16BE(0) / 2 }, (_, index) => bytes.readUInt16BE(2 + 2 * index));

describe.each(versions)('a full hello of %s', (version) => {
  const hello = readHello(fullHello(version, named, purpose).bytes);

  test('asks for that version alone', () => {
    expect(hello.version).toBe(version);
  });

  test('offers every cipher suite known, those of TLS 1.3 only in TLS 1.3, and no fallback signal', () => {
    const later = ([code]: [number, string]): boolean => code >> 8 === 0x13;
    const known = [...cipherSuites]
      .filter((suite) => version === 'TLSv1.3' || !later(suite))
      .map(([code]) => code);
    const offered = new Set(hello.suites);
    expect(known.filter((code) => !offered.has(code)).length).toBe(
      version === 'TLSv1.3' ? 0 : laterOutside13xx,
    );
    expect(offered.has(0x5600)).toBe(false);
    expect(offered.has(0x0000)).toBe(false);
    expect(offered.has(0x00ff)).toBe(version !== 'TLSv1.3');
    expect(new Set(hello.suites).size).toBe(hello.suites.length);
  });

  test('fills its record exactly', () => {
    const { bytes } = fullHello(version, named, purpose);
    expect(bytes.readUInt16BE(3)).toBe(bytes.length - 5);
    expect(bytes.readUIntBE(6, 3)).toBe(bytes.length - 9);
  });

  test('carries what that version can carry', () => {
    const extensions = [...hello.extensions.keys()].sort((a, b) => a - b);
    const expected: Readonly<Record<RecordVersion, readonly number[]>> = {
      SSLv3: [],
      'TLSv1.0': [0, 5, 10, 11, 15, 18, 22, 23, 35],
      'TLSv1.1': [0, 5, 10, 11, 15, 18, 22, 23, 35],
      'TLSv1.2': [0, 5, 10, 11, 13, 15, 18, 22, 23, 35],
      'TLSv1.3': [0, 5, 10, 11, 13, 15, 18, 22, 23, 35, 43, 45, 51],
    };
    expect(extensions).toEqual(expected[version]);
  });
});

test('every group and signature algorithm is offered, and no key', () => {
  const { extensions } = readHello(fullHello('TLSv1.3', named, purpose).bytes);
  expect(uint16s(extensions.get(10)!)).toEqual(Object.values(groups));
  expect(uint16s(extensions.get(13)!)).toEqual(Object.values(signatureSchemes));
  expect(extensions.get(51)).toEqual(Buffer.from([0, 0]));
});

test('the server is named, unless it has only an address', () => {
  const name = readHello(fullHello('TLSv1.2', named, purpose).bytes).extensions.get(0);
  expect(name?.subarray(5).toString()).toBe('host.example');
  expect(readHello(fullHello('TLSv1.2', unnamed, purpose).bytes).extensions.has(0)).toBe(false);
});

test.each(versions)('a small hello of %s is at most 255 bytes, with and without a name', (version) => {
  for (const options of [named, unnamed, { random, serverName: `${'a'.repeat(49)}.example` }]) {
    const hello = readHello(smallHello(version, options, purpose).bytes);
    expect(hello.version).toBe(version);
    expect(hello.length).toBeLessThanOrEqual(255);
    expect(hello.suites.length).toBeGreaterThan(8);
  }
});

test('a small hello keeps some suites where the name is as long as names can be', () => {
  const hello = readHello(
    smallHello('TLSv1.2', { random, serverName: `${'a'.repeat(60)}.`.repeat(4) }, purpose).bytes,
  );
  expect(hello.suites.length).toBeGreaterThanOrEqual(12);
});

test('the SSLv2 hello has a two-byte header, its version and every cipher kind', () => {
  const { bytes } = ssl2Hello(named, purpose);
  expect(bytes.readUInt16BE(0)).toBe(0x8000 + bytes.length - 2);
  expect([...bytes.subarray(2, 5)]).toEqual([1, 0, 2]);
  expect(readHello(bytes).suites).toContain(0x0700c0);
});

test('names are unique, and every suite that node can speak is among them', () => {
  const names = [...cipherSuites.values()];
  expect(new Set(names).size).toBe(names.length);
  for (const name of getCiphers().filter((each) => each.startsWith('tls_'))) {
    expect(names).toContain(name.toUpperCase());
  }
});
