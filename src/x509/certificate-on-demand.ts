import { createHash } from 'node:crypto';
import { type Certificate, readCertificate } from './certificate.ts';
import { certificateNames } from './certificate-fields.ts';
import { decodeDer } from './der.ts';
import { type Name, readName } from './distinguished-name.ts';

/**
 * A certificate of a store of which a chain needs one or two: its digest is known at once, each name is read when it is
 * asked for, and the rest as a whole when any other field is. What `readCertificate` throws, that field then throws.
 */
export function certificateOnDemand(der: Uint8Array): Certificate {
  const subject = once((): Name => readName(decodeDer(certificateNames(der).subject)));
  const issuer = once((): Name => readName(decodeDer(certificateNames(der).issuer)));
  const whole = once(() => readCertificate(der));
  return {
    der,
    sha256: createHash('sha256').update(der).digest('hex'),
    get subject() {
      return subject();
    },
    get issuer() {
      return issuer();
    },
    get version() {
      return whole().version;
    },
    get serial() {
      return whole().serial;
    },
    get notBefore() {
      return whole().notBefore;
    },
    get notAfter() {
      return whole().notAfter;
    },
    get key() {
      return whole().key;
    },
    get signature() {
      return whole().signature;
    },
    get extensions() {
      return whole().extensions;
    },
    signedBy: (signer) => whole().signedBy(signer),
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
