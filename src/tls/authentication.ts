import { cipherSuites, usualFirst } from './cipher-suites.ts';
import { encodeClientHello } from './client-hello.ts';
import { groups, isVersion13Suite, type RecordVersion, signatureSchemes } from './registry.ts';

/**
 * What a hello lets the server authenticate itself with: a server with several certificates sends the one that fits.
 * `any` leaves the choice to the server.
 */
export type Authentication = 'RSA' | 'ECDSA or EdDSA' | 'any';

const schemeNames: Readonly<Record<Authentication, RegExp>> = {
  RSA: /^rsa_/,
  'ECDSA or EdDSA': /^(ecdsa_|ed\d)/,
  any: /./,
};

/** Before TLS 1.3 the cipher suite names the kind of certificate. */
const suiteNames: Readonly<Record<Authentication, RegExp>> = {
  RSA: /^TLS_(\w+_)?RSA_(\w+_)?WITH/,
  'ECDSA or EdDSA': /^TLS_ECDHE?_ECDSA_WITH/,
  any: /_WITH_/,
};

/** These bring no certificate, or none alone. */
const unauthenticated = /_anon_|PSK|_SRP_|_KRB5_|ECCPWD/;

/** A hello for a version before TLS 1.3 that asks for a certificate of one kind. */
export function certificateHello(
  version: Exclude<RecordVersion, 'TLSv1.3'>,
  authentication: Authentication,
  serverName: string | undefined,
  random: Uint8Array,
): Uint8Array {
  return encodeClientHello({
    version,
    random,
    sessionId: new Uint8Array(0),
    suites: suitesFor(authentication),
    groups: Object.values(groups),
    signatureSchemes: schemesFor(authentication).map(([, code]) => code),
    serverName,
    keyShares: [],
  });
}

/** The signature schemes as node:tls takes them (`sigalgs`): those that OpenSSL knows under the registry's names. */
export function opensslSignatureSchemes(authentication: Authentication): string {
  const known = /^(ecdsa_secp|ed25519|ed448|rsa_pss|rsa_pkcs1_sha(256|384|512)$)/;
  return schemesFor(authentication)
    .map(([name]) => name)
    .filter((name) => known.test(name))
    .join(':');
}

function schemesFor(authentication: Authentication): [name: string, code: number][] {
  return Object.entries(signatureSchemes).filter(([name]) => schemeNames[authentication].test(name));
}

function suitesFor(authentication: Authentication): number[] {
  const fitting = [...cipherSuites].filter(
    ([, name]) =>
      !isVersion13Suite(name) && suiteNames[authentication].test(name) && !unauthenticated.test(name),
  );
  return usualFirst(fitting);
}
