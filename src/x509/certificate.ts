import { Buffer } from 'node:buffer';
import { createHash, type KeyObject, type X509Certificate } from 'node:crypto';
import { certificateFields } from './certificate-fields.ts';
import { certificateError, contextPart, decodeDer, octets, parts } from './der.ts';
import { type Name, readName } from './distinguished-name.ts';
import { type Extensions, readExtensions } from './extensions.ts';
import { nativeCertificate } from './native-certificate.ts';
import type { SignatureAlgorithm } from './object-identifiers.ts';
import { type PublicKey, readPublicKey } from './public-key.ts';
import { readSignatureAlgorithm } from './signature-algorithm.ts';
import { readTime } from './time.ts';

/** An X.509 certificate (RFC 5280 §4.1), read but not judged. */
export interface Certificate {
  readonly der: Uint8Array;
  /** Of the whole certificate, hexadecimal. */
  readonly sha256: string;
  /** 1 to 3. */
  readonly version: number;
  /** The INTEGER's octets in hexadecimal, without leading zeros. */
  readonly serial: string;
  readonly issuer: Name;
  readonly subject: Name;
  /** UTC, RFC 3339 with milliseconds. */
  readonly notBefore: string;
  readonly notAfter: string;
  readonly key: PublicKey;
  readonly signature: SignatureAlgorithm;
  readonly extensions: Extensions;
  /** Whether `issuer`'s key made this certificate's signature; names are not compared. */
  signedBy(issuer: Certificate): boolean;
}

/** Well above any certificate in use, post-quantum ones included, and below what would cost time to read. */
const maxCertificateBytes = 128 * 1024;

/**
 * Reads a certificate from its DER.
 *
 * @throws AssayError ERR_CERTIFICATE for whatever is not a certificate
 */
export function readCertificate(der: Uint8Array): Certificate {
  if (der.length > maxCertificateBytes) {
    throw certificateError(`a certificate of at most ${maxCertificateBytes} octets`, `${der.length}`);
  }
  const native = readNatively(der);
  requireDer(der);
  const [body] = parts(decodeDer(der));
  const values = parts(body);
  // Version 1 leaves the version out.
  const versionPart = contextPart(values.slice(0, 1), 0);
  const rest = versionPart === undefined ? values : values.slice(1);
  const [serial, algorithm, issuer, validity, subject] = rest;
  const [notBefore, notAfter] = parts(validity);
  const extensions = contextPart(rest, 3);
  return {
    der,
    sha256: createHash('sha256').update(der).digest('hex'),
    version: versionPart === undefined ? 1 : (octets(parts(versionPart)[0])[0] ?? 0) + 1,
    serial: serialText(octets(serial)),
    issuer: readName(issuer),
    subject: readName(subject),
    notBefore: readTime(notBefore),
    notAfter: readTime(notAfter),
    key: readPublicKey(native),
    signature: readSignatureAlgorithm(algorithm),
    extensions: readExtensions(extensions === undefined ? [] : parts(parts(extensions)[0])),
    signedBy: ({ key }) => key.object !== undefined && verified(native, key.object),
  };
}

/** OpenSSL also takes BER, of which hashes and logs know nothing. */
function requireDer(der: Uint8Array): void {
  try {
    certificateFields(der);
  } catch (error) {
    throw certificateError('a certificate in DER', error instanceof Error ? error.message : 'none', error);
  }
}

function readNatively(der: Uint8Array): X509Certificate {
  try {
    return nativeCertificate(der);
  } catch (error) {
    throw certificateError('an X.509 certificate', 'something OpenSSL cannot read', error);
  }
}

function verified(certificate: X509Certificate, key: KeyObject): boolean {
  try {
    return certificate.verify(key);
  } catch {
    // OpenSSL throws where key and algorithm do not fit each other: not that key's signature.
    return false;
  }
}

function serialText(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('hex')
    .replace(/^(00)+(?=..)/, '');
}
