import { expect, test } from 'vitest';
import { cipherSuites, suiteName } from '../../src/tls/cipher-suites.ts';
import { ssl2CipherKinds } from '../../src/tls/registry.ts';
import { type SuiteProperties, suiteProperties } from '../../src/tls/suite-properties.ts';

const all = [...cipherSuites.values(), ...ssl2CipherKinds.values()];

test.each<[string, Partial<SuiteProperties>]>([
  [
    'TLS_AES_128_CCM_8_SHA256',
    { keyExchange: 'separate', cipher: 'AES', strengthBits: 128, mode: 'AEAD', forwardSecrecy: true },
  ],
  ['TLS_SHA384_SHA384', { cipher: 'NULL', strengthBits: 0, mode: 'none', keyExchange: 'separate' }],
  [
    'TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5',
    { cipher: 'RC2', strengthBits: 40, blockBits: 64, export: true, mac: 'MD5' },
  ],
  [
    'TLS_RSA_EXPORT1024_WITH_DES_CBC_SHA',
    { cipher: 'DES', strengthBits: 56, export: true, keyExchange: 'RSA' },
  ],
  [
    'TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA',
    { keyExchange: 'DHE', authentication: 'DSS', strengthBits: 112, mac: 'SHA' },
  ],
  [
    'TLS_ECDH_anon_WITH_NULL_SHA',
    { keyExchange: 'ECDHE', authentication: 'none', cipher: 'NULL', mode: 'none' },
  ],
  [
    'TLS_ECDH_RSA_WITH_AES_256_CBC_SHA384',
    { keyExchange: 'ECDH', authentication: 'RSA', forwardSecrecy: false },
  ],
  ['TLS_PSK_DHE_WITH_AES_256_CCM_8', { keyExchange: 'DHE-PSK', authentication: 'PSK', forwardSecrecy: true }],
  [
    'TLS_RSA_PSK_WITH_AES_128_GCM_SHA256',
    { keyExchange: 'RSA-PSK', authentication: 'RSA', forwardSecrecy: false },
  ],
  ['TLS_SRP_SHA_RSA_WITH_AES_128_CBC_SHA', { keyExchange: 'SRP', authentication: 'RSA' }],
  ['TLS_GOSTR341112_256_WITH_MAGMA_CTR_OMAC', { keyExchange: 'GOST', cipher: 'Magma', blockBits: 64 }],
  ['TLS_FORTEZZA_KEA_WITH_FORTEZZA_CBC_SHA', { keyExchange: 'KEA', cipher: 'Skipjack', strengthBits: 80 }],
  ['TLS_RSA_FIPS_WITH_DES_CBC_SHA', { keyExchange: 'RSA', cipher: 'DES', strengthBits: 56 }],
  ['SSL_CK_RC2_128_CBC_EXPORT40_WITH_MD5', { cipher: 'RC2', strengthBits: 40, export: true, mac: 'MD5' }],
  ['SSL_CK_DES_192_EDE3_CBC_WITH_MD5', { cipher: '3DES', strengthBits: 112 }],
  ['0x1a2a', { cipher: 'unknown', strengthBits: 0, mode: 'none' }],
])('%s', (name, properties) => {
  expect(suiteProperties(name)).toMatchObject(properties);
});

test('every registered name is understood', () => {
  expect(all.filter((name) => suiteProperties(name).cipher === 'unknown')).toEqual([]);
  expect(
    all.filter((name) => /anon/.test(name) !== (suiteProperties(name).authentication === 'none')),
  ).toEqual([]);
  expect(all.filter((name) => /EXPORT/.test(name) !== suiteProperties(name).export)).toEqual([]);
  expect(all.filter((name) => /NULL/.test(name) && suiteProperties(name).strengthBits !== 0)).toEqual([]);
});

test('a strength is what the name says, or less', () => {
  for (const name of all) {
    const said = /_(?:AES|CAMELLIA|ARIA)_(\d+)_/.exec(name)?.[1];
    if (said !== undefined) expect([name, suiteProperties(name).strengthBits]).toEqual([name, Number(said)]);
  }
});

test('a number without a name stays a number', () => {
  expect([suiteName(0x1a2a), suiteName(0x0a)]).toEqual(['0x1a2a', 'TLS_RSA_WITH_3DES_EDE_CBC_SHA']);
});
