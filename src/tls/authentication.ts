import { cipherSuites, usualFirst } from './cipher-suites.ts';
import { isVersion13Suite, signatureSchemes } from './registry.ts';

/**
 * What a hello lets the server authenticate itself with: a server with several certificates sends the one that fits.
 * `RSASSA-PSS` wants a key of that kind alone, `RSA` takes it too; `any` leaves the choice to the server.
 */
export type Authentication = 'RSA' | 'RSASSA-PSS' | 'ECDSA or EdDSA' | 'any';

const schemeNames: Readonly<Record<Authentication, RegExp>> = {
  RSA: /^rsa_/,
  'RSASSA-PSS': /^rsa_pss_pss_/,
  'ECDSA or EdDSA': /^(ecdsa_|ed\d)/,
  any: /./,
};

/** Before TLS 1.3 the cipher suite names the kind of certificate. */
const suiteNames: Readonly<Record<Authentication, RegExp>> = {
  RSA: /^TLS_(\w+_)?RSA_(\w+_)?WITH/,
  'RSASSA-PSS': /^TLS_(\w+_)?RSA_(\w+_)?WITH/,
  'ECDSA or EdDSA': /^TLS_ECDHE?_ECDSA_WITH/,
  any: /_WITH_/,
};

/** These bring no certificate, or none alone. */
const unauthenticated = /_anon_|PSK|_SRP_|_KRB5_|ECCPWD/;

/** The signature schemes to offer for a certificate of one kind. */
export function schemesFor(authentication: Authentication): number[] {
  return Object.entries(signatureSchemes)
    .filter(([name]) => schemeNames[authentication].test(name))
    .map(([, code]) => code);
}

/** Every cipher suite before TLS 1.3 that brings a certificate of the kind. */
export function suitesFor(authentication: Authentication): number[] {
  const fitting = [...cipherSuites].filter(
    ([, name]) =>
      !isVersion13Suite(name) && suiteNames[authentication].test(name) && !unauthenticated.test(name),
  );
  return usualFirst(fitting);
}
