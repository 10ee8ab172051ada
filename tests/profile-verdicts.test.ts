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

/** What each profile makes of facts by one control: `-` where it does not select the control. */
async function verdicts(control: string, facts: Facts): Promise<Readonly<Record<string, string>>> {
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
          observationsOf(loaded, { name: '', params: {}, facts, incomplete: {} }),
          Object.fromEntries(own.map(({ param, value: given }) => [param, given])),
        ).reason
      : '-';
  }
  return found;
}

const every = ['SSLv2', 'SSLv3', 'TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;

type Facts = Readonly<Record<string, Json>>;

function versions(...accepted: readonly (typeof every)[number][]): Facts {
  const answers = every.map((one) => [one, accepted.includes(one) ? 'accepted' : 'refused'] as const);
  return { 'tls.versions': Object.fromEntries(answers) };
}

function suites(...names: readonly string[]): Facts {
  const accepted = names.map((suite) => ({
    version: suite.includes('_WITH_') ? 'TLSv1.2' : 'TLSv1.3',
    suite,
    code: '0x0000',
    ...(suiteProperties(suite) as unknown as Record<string, Json>),
  }));
  return { 'tls.suites': { accepted, orders: [] } };
}

function agreed(encryptThenMac: boolean): Facts {
  const one = { version: 'TLSv1.2', secureRenegotiation: true, extendedMasterSecret: true, encryptThenMac };
  return { 'tls.extensions': { versions: [one] } };
}

function groups(...names: readonly string[]): Facts {
  const accepted = names.map((group) => ({ version: 'TLSv1.3', group, code: '0x0000', postQuantum: false }));
  return { 'tls.groups': { accepted, hybrids: {}, orders: [] } };
}

function prime(bits: number): Facts {
  const one = {
    bits,
    name: 'RFC 7919',
    named: true,
    safe: true,
    generator: '02',
    degenerate: false,
    sha256: '00',
    suites: [],
  };
  return { 'tls.primes': { primes: [one] } };
}

const validity = { notBefore: '2026-10-01T00:00:00.000Z', notAfter: '2026-12-30T00:00:00.000Z' };

function certificate(keyType: string, keyBits: number, hash = 'sha256'): Facts {
  const one = {
    ...{ role: 'leaf', subject: 'CN=a', issuer: 'CN=b', serial: '01', sha256: '00', selfSigned: false },
    ...validity,
    ...{ keyType, keyBits, exponentBits: keyType === 'rsa' ? 17 : 0 },
    ...{ curve: keyType === 'ec' ? 'prime256v1' : 'none', signatureAlgorithm: hash, signatureHash: hash },
  };
  return { 'tls.chain': { certificates: [one], paths: [] } };
}

function leaf(lifetimeDays: number): Facts {
  const one = {
    ...{
      subject: 'CN=a',
      serial: '01',
      sha256: '00',
      host: 'a',
      matchesHost: true,
      ...validity,
      lifetimeDays,
    },
    ...{
      dnsNames: ['a'],
      ipAddresses: [],
      certificateAuthority: false,
      serverAuth: true,
      keyUsageFits: true,
    },
  };
  return { 'tls.leaf': { certificates: [one] } };
}

const gcm = 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256';
const approved = 'tls.cipher.approved-suites';
const tls13 = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384'];

// Columns: BSI, Mozilla intermediate, modern, old, NIST, PCI.
const versionsRefused = 'tls.protocol.tls10-tls11-refused';
const offered = 'tls.protocol.tls13-offered';
const ciphers = 'tls.cipher.rc4-des-3des-refused';
const curves = 'tls.kex.curves';
const primes = 'tls.kex.dh-parameters';
const strength = 'tls.cert.key-strength';
const kinds = 'tls.cert.approved-keys';
const signature = 'tls.cert.signature-algorithm';
const lifetime = 'tls.cert.lifetime-within-policy';
const etm = 'tls.cipher.cbc-encrypt-then-mac';
const cbc = 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256';

test.each<[string, string, Facts, string]>([
  ['TLS 1.3 alone', versionsRefused, versions('TLSv1.3'), 'pass pass pass - pass pass'],
  ['TLS 1.2 and 1.3', versionsRefused, versions('TLSv1.2', 'TLSv1.3'), 'pass pass fail - pass pass'],
  ['TLS 1.1 as well', versionsRefused, versions('TLSv1.1', 'TLSv1.2'), 'fail fail fail - fail fail'],
  ['TLS 1.3 alone is offered', offered, versions('TLSv1.3'), '- pass pass pass fail -'],
  ['TLS 1.2 alone is offered', offered, versions('TLSv1.2'), '- fail fail fail fail -'],
  ['both are offered', offered, versions('TLSv1.2', 'TLSv1.3'), '- pass pass pass pass -'],
  ['suites of TLS 1.3 with AES', approved, suites(...tls13), 'pass pass pass pass pass -'],
  ['ChaCha20', approved, suites('TLS_CHACHA20_POLY1305_SHA256'), 'fail pass pass pass fail -'],
  ['ECDHE with GCM', approved, suites(...tls13, gcm), 'pass pass fail pass pass -'],
  ['DHE with GCM', approved, suites('TLS_DHE_RSA_WITH_AES_128_GCM_SHA256'), 'pass fail fail pass pass -'],
  ['ECDHE with CBC', approved, suites(cbc), 'pass fail fail pass pass -'],
  ['RSA key transport', approved, suites('TLS_RSA_WITH_AES_128_GCM_SHA256'), 'fail fail fail pass fail -'],
  ['CBC with encrypt_then_mac', etm, { ...suites(cbc), ...agreed(true) }, 'pass - - - - -'],
  ['CBC without encrypt_then_mac', etm, { ...suites(cbc), ...agreed(false) }, 'fail - - - - -'],
  ['CBC', 'tls.cipher.aead-only', suites(cbc), '- fail fail - - -'],
  ['3DES', ciphers, suites('TLS_RSA_WITH_3DES_EDE_CBC_SHA'), 'fail fail fail pass fail fail'],
  ['RC4', ciphers, suites('TLS_RSA_WITH_RC4_128_SHA'), 'fail fail fail fail fail fail'],
  ['P-256 and P-384', curves, groups('secp256r1', 'secp384r1'), 'pass pass pass pass pass -'],
  ['secp521r1', curves, groups('secp256r1', 'secp521r1'), 'pass fail fail fail pass -'],
  ['x25519', curves, groups('x25519', 'secp256r1'), 'fail pass pass pass fail -'],
  ['X25519MLKEM768', curves, groups('X25519MLKEM768', 'secp256r1'), 'fail pass pass fail pass -'],
  ['brainpool', curves, groups('brainpoolP256r1tls13'), 'pass fail fail fail fail -'],
  ['ffdhe2048', curves, groups('ffdhe2048'), 'fail fail fail fail pass -'],
  ['a prime of 1024 bits', primes, prime(1024), 'fail fail fail pass fail fail'],
  ['a prime of 2048 bits', primes, prime(2048), 'fail pass pass pass pass pass'],
  ['a prime of 3072 bits', primes, prime(3072), 'pass pass pass pass pass pass'],
  ['an RSA key of 2048 bits', strength, certificate('rsa', 2048), 'fail pass pass pass pass pass'],
  ['an RSA key of 3072 bits', strength, certificate('rsa', 3072), 'pass pass pass pass pass pass'],
  ['an EC key of 256 bits', strength, certificate('ec', 256), 'pass pass pass pass pass pass'],
  ['an RSA key', kinds, certificate('rsa', 3072), 'pass pass fail pass pass pass'],
  ['a key on P-256', kinds, certificate('ec', 256), 'pass pass pass fail pass pass'],
  ['an Ed25519 key', kinds, certificate('ed25519', 256), 'fail fail fail fail pass pass'],
  ['SHA-256 in certificates', signature, certificate('ec', 256), 'pass pass pass pass pass pass'],
  ['SHA-384 in certificates', signature, certificate('ec', 256, 'sha384'), 'pass pass pass fail pass pass'],
  ['SHA-1 in certificates', signature, certificate('ec', 256, 'sha1'), 'fail fail fail fail fail fail'],
  ['a certificate for 90 days', lifetime, leaf(90), '- pass pass pass pass -'],
  ['a certificate for a year', lifetime, leaf(365), '- pass fail pass pass -'],
  ['a certificate for two years', lifetime, leaf(730), '- fail fail fail pass -'],
])('%s', async (_what, control, facts, expected) => {
  const found = await verdicts(control, facts);
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
