import { describe, expect, test } from 'vitest';
import { readCertificate } from '../../src/x509/certificate.ts';
import {
  type DerValue,
  decodeDer,
  encodeDer,
  integer,
  parts,
  primitive,
  sequence,
  tag,
} from '../../src/x509/der.ts';
import { readName } from '../../src/x509/distinguished-name.ts';
import { issueLeaf, type KeyKind, party } from './authority.ts';

/** A certificate whose key is replaced; its signature no longer holds, as on a certificate that a liar signed. */
function withKey(kind: KeyKind, bits: Uint8Array): Uint8Array {
  const self = party('host.test', kind);
  const whole = decodeDer(issueLeaf(self, self));
  const [body] = parts(whole);
  const keyInfo = parts(body)[6];
  // What was read keeps the bytes of a BIT STRING that holds DER; it must not win over what replaces it.
  (keyInfo?.value as DerValue[])[1] = primitive(tag.BITSTRING, bits);
  return encodeDer(whole);
}

describe('a certificate made to harm its reader', () => {
  test('with an EC key that is the point at infinity, on which asymmetricKeyDetails aborts the process', () => {
    const certificate = readCertificate(withKey('ec', Uint8Array.of(0, 0)));
    expect(certificate.key).toEqual({ type: 'other' });
    expect(certificate.signedBy(certificate)).toBe(false);
  });

  test('with an RSA exponent of 60 KB, over which asymmetricKeyDetails takes a long time', () => {
    const exponent = BigInt(`0x7f${'ff'.repeat(60_000)}`);
    const key = encodeDer(sequence(integer(2n ** 2047n + 1n), integer(exponent)));
    const der = withKey('rsa', Uint8Array.of(0, ...key));
    const startedAt = performance.now();
    expect(readCertificate(der).key).toEqual({ type: 'other' });
    expect(performance.now() - startedAt).toBeLessThan(100);
  });

  test('keys that are whole are read as before', () => {
    const self = party('host.test', 'rsa');
    expect(readCertificate(issueLeaf(self, self)).key).toMatchObject({
      type: 'rsa',
      bits: 2048,
      exponent: '65537',
    });
  });

  test('with an object identifier whose numbers are beyond any', () => {
    const oid = primitive(tag.OID, Uint8Array.of(0x55, ...new Array(12).fill(0xff), 1));
    const name = sequence(sequence(sequence(oid, primitive(tag.UTF8, 'x'))));
    expect(() => readName(name)).toThrow(expect.objectContaining({ code: 'ERR_CERTIFICATE' }));
  });
});
