import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dkimKeyOf } from '../../src/dns/dkim-key.ts';

const rsa = (bits: number, type: 'spki' | 'pkcs1' = 'spki'): string =>
  generateKeyPairSync('rsa', { modulusLength: bits })
    .publicKey.export({ type, format: 'der' })
    .toString('base64');
const ed25519 = generateKeyPairSync('ed25519')
  .publicKey.export({ type: 'spki', format: 'der' })
  .subarray(-32)
  .toString('base64');
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .publicKey.export({ type: 'spki', format: 'der' })
  .toString('base64');

describe('keys', () => {
  test.each([1024, 2048])('RSA of %d bits', (bits) => {
    const expected = { status: 'valid', keyType: 'rsa', keyBits: bits, sha256: true, testing: false };
    expect(dkimKeyOf([`v=DKIM1; k=rsa; p=${rsa(bits)}`])).toEqual(expected);
    expect(dkimKeyOf([`p=${rsa(bits, 'pkcs1')}`])).toEqual(expected);
    expect(dkimKeyOf([`v=DKIM1; p=${rsa(bits).replace(/(.{60})/g, '$1 ')};`])).toEqual(expected);
  });

  test('Ed25519', () => {
    const text = `v=DKIM1; k=ed25519; t=s:y; h=sha256; p=${ed25519}`;
    expect(dkimKeyOf([text])).toEqual({
      status: 'valid',
      keyType: 'ed25519',
      keyBits: 256,
      sha256: true,
      testing: true,
    });
  });

  test('for SHA-1 alone', () => {
    expect(dkimKeyOf([`v=DKIM1; h=sha1; p=${rsa(2048)}`])).toMatchObject({ status: 'valid', sha256: false });
  });
});

describe('no keys', () => {
  test.each([
    [[], 'absent'],
    [['v=DKIM1; p='], 'revoked'],
    [['v=DKIM1; p=', 'v=DKIM1; p='], 'several'],
    [['v=DKIM2; p=AAAA'], 'invalid'],
    [[`k=rsa; v=DKIM1; p=${ed25519}`], 'invalid'],
    [['v=DKIM1; k=rsa'], 'invalid'],
    [['v=DKIM1; p=?'], 'invalid'],
    [[`v=DKIM1; p=${ed25519}`], 'invalid'],
    [[`v=DKIM1; p=${ec}`], 'invalid'],
    [[`v=DKIM1; k=dsa; p=${ec}`], 'invalid'],
    [['v=DKIM1; k=ed25519; p=AAAA'], 'invalid'],
    [['google-site-verification'], 'invalid'],
  ])('%s', (texts, status) => {
    expect(dkimKeyOf(texts)).toMatchObject({ status, keyType: 'none', keyBits: 0, sha256: false });
  });

  test('no text is too strange', () => {
    const text = fc.oneof(
      fc.string(),
      fc.base64String().map((key) => `v=DKIM1; p=${key}`),
    );
    fc.assert(
      fc.property(text, (each) => {
        expect(dkimKeyOf([each]).keyBits).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
