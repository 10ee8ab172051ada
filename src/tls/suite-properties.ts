import { isVersion13Suite } from './registry.ts';

export const keyExchanges = [
  'RSA',
  'DH',
  'DHE',
  'ECDH',
  'ECDHE',
  'PSK',
  'RSA-PSK',
  'DHE-PSK',
  'ECDHE-PSK',
  'KRB5',
  'SRP',
  'ECCPWD',
  'ECJPAKE',
  'GOST',
  'KEA',
  'separate',
] as const;
export type KeyExchange = (typeof keyExchanges)[number];

export const authentications = [
  'RSA',
  'DSS',
  'ECDSA',
  'PSK',
  'KRB5',
  'password',
  'GOST',
  'KEA',
  'none',
  'separate',
] as const;
export type SuiteAuthentication = (typeof authentications)[number];

export const modes = ['AEAD', 'CBC', 'stream', 'none'] as const;
export type Mode = (typeof modes)[number];

/** What the registered name of a cipher suite says of it. */
export interface SuiteProperties {
  /** `separate`: TLS 1.3 negotiates it apart from the suite. */
  readonly keyExchange: KeyExchange;
  readonly authentication: SuiteAuthentication;
  /** `AES`, `RC4`, `NULL` …; `unknown` where the name is not understood. */
  readonly cipher: string;
  /** Strength of the encryption against guessing the key (3DES: 112). */
  readonly strengthBits: number;
  /** Of the cipher; 0 for a stream cipher and for none. */
  readonly blockBits: number;
  readonly mode: Mode;
  /** `AEAD` where the cipher authenticates by itself. */
  readonly mac: string;
  readonly export: boolean;
  readonly forwardSecrecy: boolean;
}

/** Of names that were derived before: each hello asks for those of hundreds, and names are few. */
const derived = new Map<string, SuiteProperties>();

/** Derives the properties of a suite of TLS or SSLv3, or of a cipher kind of SSLv2, from its registered name. */
export function suiteProperties(name: string): SuiteProperties {
  const properties = derived.get(name) ?? deriveProperties(name);
  derived.set(name, properties);
  return properties;
}

function deriveProperties(name: string): SuiteProperties {
  const bare = name.replace(/^(TLS|SSL_CK)_/, '');
  const ssl2 = name.startsWith('SSL_CK_');
  const cipher = cipherOf(ssl2 ? bare : bare.replace(/^.*?_WITH_/, ''));
  const isExport = /EXPORT/.test(bare);
  if (isVersion13Suite(name)) {
    const separate = { keyExchange: 'separate', authentication: 'separate' } as const;
    return { ...separate, ...cipher, export: isExport, forwardSecrecy: true };
  }
  const [keyExchange, authentication] = ssl2 ? rsa : exchangeOf(bare);
  const forwardSecrecy = ephemeral.has(keyExchange);
  return { keyExchange, authentication, ...cipher, export: isExport, forwardSecrecy };
}

type Exchange = readonly [KeyExchange, SuiteAuthentication];
const rsa: Exchange = ['RSA', 'RSA'];
const ephemeral: ReadonlySet<KeyExchange> = new Set([
  'DHE',
  'ECDHE',
  'DHE-PSK',
  'ECDHE-PSK',
  'SRP',
  'ECCPWD',
  'ECJPAKE',
]);

const exchanges: readonly (readonly [RegExp, KeyExchange, SuiteAuthentication])[] = [
  [/^DHE_PSK$|^PSK_DHE$/, 'DHE-PSK', 'PSK'],
  [/^ECDHE_PSK$/, 'ECDHE-PSK', 'PSK'],
  [/^RSA_PSK$/, 'RSA-PSK', 'RSA'],
  [/^PSK$/, 'PSK', 'PSK'],
  [/^DH_anon$/, 'DHE', 'none'],
  [/^ECDH_anon$/, 'ECDHE', 'none'],
  [/^DHE_RSA$/, 'DHE', 'RSA'],
  [/^DHE_DSS$/, 'DHE', 'DSS'],
  [/^DH_RSA$/, 'DH', 'RSA'],
  [/^DH_DSS$/, 'DH', 'DSS'],
  [/^ECDHE_RSA$/, 'ECDHE', 'RSA'],
  [/^ECDHE_ECDSA$/, 'ECDHE', 'ECDSA'],
  [/^ECDH_RSA$/, 'ECDH', 'RSA'],
  [/^ECDH_ECDSA$/, 'ECDH', 'ECDSA'],
  [/^KRB5$/, 'KRB5', 'KRB5'],
  [/^SRP_SHA_RSA$/, 'SRP', 'RSA'],
  [/^SRP_SHA_DSS$/, 'SRP', 'DSS'],
  [/^SRP_SHA$/, 'SRP', 'password'],
  [/^ECCPWD$/, 'ECCPWD', 'password'],
  [/^ECJPAKE$/, 'ECJPAKE', 'password'],
  [/^FORTEZZA_KEA$/, 'KEA', 'KEA'],
  [/^GOST/, 'GOST', 'GOST'],
];

function exchangeOf(bare: string): Exchange {
  const left = bare.replace(/_WITH_.*$/, '').replace(/_(EXPORT1024|EXPORT|FIPS)$/, '');
  const found = exchanges.find(([pattern]) => pattern.test(left));
  return found === undefined ? rsa : [found[1], found[2]];
}

type Cipher = Pick<SuiteProperties, 'cipher' | 'strengthBits' | 'blockBits' | 'mode' | 'mac'>;

/** First match decides: pattern, cipher, strength (0: as the pattern's number says), block, mode. */
const ciphers: readonly (readonly [RegExp, string, number, number, Mode])[] = [
  [/^NULL|^SHA\d+_SHA\d+$/, 'NULL', 0, 0, 'none'],
  [/^RC4_(\d+)/, 'RC4', 0, 0, 'stream'],
  [/^RC2_CBC_40/, 'RC2', 40, 64, 'CBC'],
  [/^RC2_CBC_(\d+)|^RC2_(\d+)_CBC/, 'RC2', 0, 64, 'CBC'],
  [/^IDEA/, 'IDEA', 128, 64, 'CBC'],
  [/^DES40|^DES_CBC_40/, 'DES', 40, 64, 'CBC'],
  [/^3DES|^DES_192/, '3DES', 112, 64, 'CBC'],
  [/^DES_64_CFB/, 'DES', 56, 64, 'stream'],
  [/^DES/, 'DES', 56, 64, 'CBC'],
  [/^FORTEZZA/, 'Skipjack', 80, 64, 'CBC'],
  [/^(?:OLD_)?CHACHA20/, 'ChaCha20', 256, 0, 'AEAD'],
  [/^AEGIS_(\d+)/, 'AEGIS', 0, 128, 'AEAD'],
  [/^SM4/, 'SM4', 128, 128, 'AEAD'],
  [/^28147/, 'GOST28147', 256, 64, 'stream'],
  [/^KUZNYECHIK_MGM/, 'Kuznyechik', 256, 128, 'AEAD'],
  [/^KUZNYECHIK/, 'Kuznyechik', 256, 128, 'stream'],
  [/^MAGMA_MGM/, 'Magma', 256, 64, 'AEAD'],
  [/^MAGMA/, 'Magma', 256, 64, 'stream'],
  [/^SEED/, 'SEED', 128, 128, 'CBC'],
  [/^AES_(\d+)_(?:GCM|CCM)/, 'AES', 0, 128, 'AEAD'],
  [/^AES_(\d+)_CBC/, 'AES', 0, 128, 'CBC'],
  [/^CAMELLIA_(\d+)_GCM/, 'Camellia', 0, 128, 'AEAD'],
  [/^CAMELLIA_(\d+)_CBC/, 'Camellia', 0, 128, 'CBC'],
  [/^ARIA_(\d+)_GCM/, 'ARIA', 0, 128, 'AEAD'],
  [/^ARIA_(\d+)_CBC/, 'ARIA', 0, 128, 'CBC'],
];

function cipherOf(right: string): Cipher {
  for (const [pattern, cipher, strength, blockBits, mode] of ciphers) {
    const match = pattern.exec(right);
    if (match === null) continue;
    const exported = /EXPORT40/.exec(right) === null ? undefined : 40;
    const strengthBits = exported ?? (strength || Number(match[1] ?? match[2] ?? 0));
    return { cipher, strengthBits, blockBits, mode, mac: mode === 'AEAD' ? 'AEAD' : macOf(right) };
  }
  return { cipher: 'unknown', strengthBits: 0, blockBits: 0, mode: 'none', mac: 'unknown' };
}

function macOf(right: string): string {
  const last = /(MD5|SHA\d*|IMIT|OMAC|GOSTR3411|GOST94|GOST89MAC|GOST89STREAM)(?:_OLD|_PRIVATE|_1)?$/.exec(
    right,
  );
  return last?.[1] ?? 'none';
}
