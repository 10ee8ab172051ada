import { cipherSuites, usualFirst } from './cipher-suites.ts';
import { isVersion13Suite, type RecordVersion, signatureSchemes } from './registry.ts';

/**
 * What a hello lets the server authenticate itself with: a server with several certificates sends the one that fits.
 * `anything else` is what the answers before it did not use, the second time without what came the first time; `any`
 * leaves the choice to the server.
 */
export type Authentication = 'RSA' | 'ECDSA or EdDSA' | Rest | `${Rest}, round ${number}` | 'any';

/** Before TLS 1.3 some servers choose the suite before they look at the schemes: each kind of suite is asked alone. */
export type Rest = 'anything else' | 'another RSA key' | 'another ECDSA or EdDSA key';

/** What a hello offers for certificates. */
export interface Credentials {
  readonly schemes: readonly number[];
  /** Before TLS 1.3 the cipher suite names the kind of certificate. */
  readonly suites: readonly number[];
}

type Asked = 'RSA' | 'ECDSA or EdDSA' | 'any';

const schemeNames: Readonly<Record<Asked, RegExp>> = {
  RSA: /^rsa_/,
  'ECDSA or EdDSA': /^(ecdsa_|ed\d)/,
  any: /./,
};

const suiteNames: Readonly<Record<Asked, RegExp>> = {
  RSA: /^TLS_(\w+_)?RSA_(\w+_)?WITH/,
  'ECDSA or EdDSA': /^TLS_ECDHE?_ECDSA_WITH/,
  any: /_WITH_/,
};

/** These bring no certificate, or none alone. */
const unauthenticated = /_anon_|PSK|_SRP_|_KRB5_|ECCPWD/;

/** Everything to offer for a certificate of one kind. */
export function credentialsFor(asked: Asked): Credentials {
  return {
    schemes: Object.entries(signatureSchemes)
      .filter(([name]) => schemeNames[asked].test(name))
      .map(([, code]) => code),
    suites: usualFirst(
      [...cipherSuites].filter(
        ([, name]) => !isVersion13Suite(name) && suiteNames[asked].test(name) && !unauthenticated.test(name),
      ),
    ),
  };
}

const schemesByCode = new Map<number, string>(
  Object.entries(signatureSchemes).map(([name, code]) => [code, name]),
);

/** What a key signs with: in TLS 1.3 an elliptic curve has schemes of its own. */
function schemeKind(code: number, version: RecordVersion): string {
  const name = schemesByCode.get(code) ?? `${code}`;
  if (name.startsWith('rsa_pss_pss_')) return 'RSASSA-PSS';
  if (name.startsWith('rsa_')) return 'RSA';
  if (name.startsWith('dsa_')) return 'DSA';
  if (!name.startsWith('ecdsa_')) return name;
  return version === 'TLSv1.3' ? name : 'ECDSA';
}

/** The part of a suite's name that says which certificate it brings; read once, as every hello asks for all of them. */
const suiteKinds = new Map<number, string>(
  [...cipherSuites].flatMap(([code, name]) => {
    const exchange = /^TLS_(.*)_WITH_/.exec(name)?.[1];
    return exchange === undefined
      ? []
      : [[code, exchange.replace('_EXPORT1024', '').replace('_EXPORT', '')] as const];
  }),
);

const suiteKind = (code: number): string => suiteKinds.get(code) ?? `${code}`;

/** The kinds of signature that go with suites of a kind; where none is named, none is needed. */
const signedWith: Readonly<Record<string, RegExp>> = {
  RSA: /^RSA$/,
  ECDHE_RSA: /^RSA/,
  DHE_RSA: /^RSA/,
  ECDHE_ECDSA: /^(ECDSA|ed\d)/,
  DHE_DSS: /^DSA$/,
};

/** Whose key suites of a kind take; any other kind has one of its own. */
const keyOf: Readonly<Record<string, string>> = { ECDHE_RSA: 'RSA', DHE_RSA: 'RSA' };

/** How the server authenticated itself in one handshake. */
export interface Used {
  /** Absent before TLS 1.2, and where nothing was signed. */
  readonly scheme?: number;
  readonly suite?: number;
}

/** What is left, in hellos that a server cannot refuse for one part where it has the other. */
export function restsOf(left: Credentials, version: RecordVersion): (readonly [Rest, Credentials])[] {
  if (version === 'TLSv1.3') return [['anything else', left]];
  const only = (isWanted: (key: string) => boolean): Credentials => ({
    ...left,
    suites: left.suites.filter((code) => isWanted(suiteKey(code))),
  });
  return [
    ['anything else', only((key) => key !== 'RSA' && key !== 'ECDHE_ECDSA')],
    ['another RSA key', only((key) => key === 'RSA')],
    ['another ECDSA or EdDSA key', only((key) => key === 'ECDHE_ECDSA')],
  ];
}

/** Whether a version has anything to choose a certificate by in what is left. */
export function isEmpty({ schemes, suites }: Credentials, version: RecordVersion): boolean {
  return (version === 'TLSv1.3' ? schemes : suites).length === 0;
}

/** What is left to offer without all that was refused. */
export function withoutRefused(left: Credentials, { schemes, suites }: Credentials): Credentials {
  return {
    schemes: left.schemes.filter((code) => !schemes.includes(code)),
    suites: left.suites.filter((code) => !suites.includes(code)),
  };
}

/** What is left to offer without what a server used; undefined where it used what was not offered. */
export function withoutUsed(
  left: Credentials,
  { scheme, suite }: Used,
  version: RecordVersion,
): Credentials | undefined {
  if (scheme !== undefined && left.schemes.includes(scheme)) {
    return withoutSchemes(left, schemeKind(scheme, version), version);
  }
  if (version === 'TLSv1.3' || suite === undefined || !left.suites.includes(suite)) return undefined;
  // Without a signature it is the key itself that was used.
  if (version === 'TLSv1.2' && suiteKind(suite) === 'RSA') return withoutSchemes(left, 'RSA', version);
  const key = suiteKey(suite);
  return { ...left, suites: left.suites.filter((code) => suiteKey(code) !== key) };
}

function suiteKey(code: number): string {
  const kind = suiteKind(code);
  return keyOf[kind] ?? kind;
}

function withoutSchemes(left: Credentials, kind: string, version: RecordVersion): Credentials {
  const schemes = left.schemes.filter((code) => schemeKind(code, version) !== kind);
  return { schemes, suites: signable(left.suites, schemes) };
}

function signable(suites: readonly number[], schemes: readonly number[]): number[] {
  const kinds = schemes.map((code) => schemeKind(code, 'TLSv1.2'));
  return suites.filter((code) => {
    const fitting = signedWith[suiteKind(code)];
    return fitting === undefined || kinds.some((kind) => fitting.test(kind));
  });
}
