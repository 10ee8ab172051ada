import { expect, test } from 'vitest';
import { loadLibrary } from '../src/cli/library.ts';
import { profileIds } from '../src/cli/package-files.ts';
import { applyTailoring } from '../src/cli/tailored-selection.ts';
import { readProfiles } from '../src/cli/tailoring.ts';
import { profilesNamed } from '../src/cli/under-profiles.ts';
import type { Json } from '../src/model/index.ts';
import { suiteProperties } from '../src/tls/suite-properties.ts';
import { judge, observationsOf } from './control-cases.ts';

const library = await loadLibrary();
const controls = library.controls.map(({ source }) => source.control);

/** What each profile makes of one fact by one control: `-` where it does not select the control. */
async function verdicts(
  control: string,
  fact: string,
  value: Json,
): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  for (const id of await profileIds()) {
    const named = profilesNamed([id], { cwd: '/' });
    const { tailoring, params } = await readProfiles(named, controls, library.frameworks);
    const loaded = applyTailoring(library.controls, tailoring).find(
      ({ source }) => source.control.id === control,
    );
    const own = params.filter((override) => override.control === control);
    found[id] = loaded
      ? judge(
          loaded,
          observationsOf(loaded, { name: '', params: {}, facts: { [fact]: value }, incomplete: {} }),
          Object.fromEntries(own.map(({ param, value: given }) => [param, given])),
        ).reason
      : '-';
  }
  return found;
}

const every = ['SSLv2', 'SSLv3', 'TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;

function versions(...accepted: readonly (typeof every)[number][]): Json {
  return Object.fromEntries(every.map((one) => [one, accepted.includes(one) ? 'accepted' : 'refused']));
}

const suites = (...names: readonly string[]): Json => ({
  accepted: names.map((suite) => ({
    version: suite.includes('_WITH_') ? 'TLSv1.2' : 'TLSv1.3',
    suite,
    code: '0x0000',
    ...(suiteProperties(suite) as unknown as Record<string, Json>),
  })),
  orders: [],
});

const groups = (...names: readonly string[]): Json => ({
  accepted: names.map((group) => ({ version: 'TLSv1.3', group, code: '0x0000', postQuantum: false })),
  hybrids: {},
  orders: [],
});

const prime = (bits: number): Json => ({
  primes: [
    {
      bits,
      name: 'RFC 7919',
      named: true,
      safe: true,
      generator: '02',
      sha256: '00',
      suites: ['TLSv1.2 TLS_DHE'],
    },
  ],
});

const certificate = (key: { readonly keyType: string; readonly keyBits: number }, hash = 'sha256'): Json => ({
  certificates: [
    {
      ...{ role: 'leaf', subject: 'CN=a', issuer: 'CN=b', serial: '01', sha256: '00', selfSigned: false },
      ...{ notBefore: '2026-10-01T00:00:00.000Z', notAfter: '2026-12-30T00:00:00.000Z' },
      ...{
        ...key,
        exponentBits: key.keyType === 'rsa' ? 17 : 0,
        curve: key.keyType === 'ec' ? 'secp256r1' : 'none',
      },
      ...{ signatureAlgorithm: hash, signatureHash: hash },
    },
  ],
  paths: [],
});

const gcm = 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256';
const approved = 'tls.cipher.approved-suites';
const tls13 = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384'];

// Columns: BSI, Mozilla intermediate, modern, old, NIST, PCI.
test.each<[string, string, string, Json, string]>([
  [
    'TLS 1.3 alone',
    'tls.protocol.tls10-tls11-refused',
    'tls.versions',
    versions('TLSv1.3'),
    'pass pass pass - pass pass',
  ],
  [
    'TLS 1.2 and 1.3',
    'tls.protocol.tls10-tls11-refused',
    'tls.versions',
    versions('TLSv1.2', 'TLSv1.3'),
    'pass pass fail - pass pass',
  ],
  [
    'TLS 1.1 as well',
    'tls.protocol.tls10-tls11-refused',
    'tls.versions',
    versions('TLSv1.1', 'TLSv1.2', 'TLSv1.3'),
    'fail fail fail - fail fail',
  ],
  [
    'TLS 1.3 alone, offered',
    'tls.protocol.tls13-offered',
    'tls.versions',
    versions('TLSv1.3'),
    '- pass pass pass fail -',
  ],
  [
    'TLS 1.2 alone, offered',
    'tls.protocol.tls13-offered',
    'tls.versions',
    versions('TLSv1.2'),
    '- fail fail fail fail -',
  ],
  ['suites of TLS 1.3 with AES', approved, 'tls.suites', suites(...tls13), 'pass pass pass pass pass -'],
  [
    'ChaCha20',
    approved,
    'tls.suites',
    suites(...tls13, 'TLS_CHACHA20_POLY1305_SHA256'),
    'fail pass pass pass fail -',
  ],
  ['ECDHE with GCM', approved, 'tls.suites', suites(...tls13, gcm), 'pass pass fail pass pass -'],
  [
    'DHE with GCM',
    approved,
    'tls.suites',
    suites('TLS_DHE_RSA_WITH_AES_128_GCM_SHA256'),
    'pass fail fail pass pass -',
  ],
  [
    'ECDHE with CBC',
    approved,
    'tls.suites',
    suites('TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256'),
    'fail fail fail pass pass -',
  ],
  [
    'RSA key transport',
    approved,
    'tls.suites',
    suites('TLS_RSA_WITH_AES_128_GCM_SHA256'),
    'fail fail fail pass fail -',
  ],
  [
    '3DES',
    'tls.cipher.rc4-des-3des-refused',
    'tls.suites',
    suites('TLS_RSA_WITH_3DES_EDE_CBC_SHA'),
    'fail fail fail pass fail fail',
  ],
  [
    'RC4',
    'tls.cipher.rc4-des-3des-refused',
    'tls.suites',
    suites('TLS_RSA_WITH_RC4_128_SHA'),
    'fail fail fail fail fail fail',
  ],
  [
    'CBC',
    'tls.cipher.aead-only',
    'tls.suites',
    suites('TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA'),
    'fail fail fail - - -',
  ],
  [
    'NIST curves',
    'tls.kex.curves',
    'tls.groups',
    groups('secp256r1', 'secp384r1'),
    'pass pass pass pass pass -',
  ],
  [
    'secp521r1',
    'tls.kex.curves',
    'tls.groups',
    groups('secp256r1', 'secp521r1'),
    'pass fail fail fail pass -',
  ],
  ['x25519', 'tls.kex.curves', 'tls.groups', groups('x25519', 'secp256r1'), 'fail pass pass pass fail -'],
  [
    'X25519MLKEM768',
    'tls.kex.curves',
    'tls.groups',
    groups('X25519MLKEM768', 'secp256r1'),
    'fail pass pass fail pass -',
  ],
  ['brainpool', 'tls.kex.curves', 'tls.groups', groups('brainpoolP256r1tls13'), 'pass fail fail fail fail -'],
  [
    'a prime of 1024 bits',
    'tls.kex.dh-parameters',
    'tls.primes',
    prime(1024),
    'fail fail fail pass fail fail',
  ],
  [
    'a prime of 2048 bits',
    'tls.kex.dh-parameters',
    'tls.primes',
    prime(2048),
    'fail pass pass pass pass pass',
  ],
  [
    'a prime of 3072 bits',
    'tls.kex.dh-parameters',
    'tls.primes',
    prime(3072),
    'pass pass pass pass pass pass',
  ],
  [
    'an RSA key of 2048 bits',
    'tls.cert.key-strength',
    'tls.chain',
    certificate({ keyType: 'rsa', keyBits: 2048 }),
    'fail pass pass pass pass pass',
  ],
  [
    'an EC key of 256 bits',
    'tls.cert.key-strength',
    'tls.chain',
    certificate({ keyType: 'ec', keyBits: 256 }),
    'pass pass pass pass pass pass',
  ],
  [
    'SHA-384 in certificates',
    'tls.cert.signature-algorithm',
    'tls.chain',
    certificate({ keyType: 'ec', keyBits: 256 }, 'sha384'),
    'pass pass pass fail pass pass',
  ],
  [
    'SHA-1 in certificates',
    'tls.cert.signature-algorithm',
    'tls.chain',
    certificate({ keyType: 'ec', keyBits: 256 }, 'sha1'),
    'fail fail fail fail fail fail',
  ],
])('%s', async (_what, control, fact, value, expected) => {
  const found = await verdicts(control, fact, value);
  const columns = [
    'bsi-tr-02102-2-2026',
    'mozilla-intermediate-6.0',
    'mozilla-modern-6.0',
    'mozilla-old-5.8',
    'nist-sp-800-52r2',
    'pci-dss-4.0.1-tls',
  ];
  expect(columns.map((id) => found[id]).join(' ')).toBe(expected);
});
