import { AssayError } from '../model/index.ts';
import { decodeExtensions } from './extensions.ts';
import { ByteReader } from './reader.ts';
import { extensionType } from './registry.ts';

/** More certificates than any server sends; a longer list is an attack on whoever reads it. */
const maxCertificates = 64;

/** A certificate as sent, with what TLS 1.3 carries beside each. */
export interface CertificateEntry {
  readonly der: Uint8Array;
  /** OCSPResponse (RFC 6960), DER. */
  readonly staple?: Uint8Array;
  /** SignedCertificateTimestampList (RFC 6962 §3.3), its own length included. */
  readonly timestamps?: Uint8Array;
}

/**
 * The certificates of a Certificate message, in the order sent: its body as of TLS 1.3 (RFC 8446 §4.4.2, entries with
 * extensions) or as of the versions before (RFC 5246 §7.4.2).
 *
 * @throws AssayError ERR_TLS_DECODE for anything malformed
 */
export function decodeCertificateMessage(body: Uint8Array, form: 'TLSv1.3' | 'TLSv1.2'): CertificateEntry[] {
  const message = new ByteReader(body);
  if (form === 'TLSv1.3') message.vector(1);
  const list = new ByteReader(message.vector(3));
  const certificates: CertificateEntry[] = [];
  while (list.remaining > 0) {
    const der = list.vector(3);
    certificates.push(form === 'TLSv1.3' ? { der, ...besides(list) } : { der });
    if (certificates.length > maxCertificates)
      throw malformed(`at most ${maxCertificates} certificates`, 'more');
  }
  if (message.remaining > 0) throw malformed('the end of the message', `${message.remaining} more bytes`);
  return certificates;
}

function besides(list: ByteReader): Omit<CertificateEntry, 'der'> {
  const extensions = decodeExtensions(list);
  const status = extensions.get(extensionType.statusRequest);
  const timestamps = extensions.get(extensionType.signedCertificateTimestamp);
  const staple = status === undefined ? undefined : stapleOf(status);
  return { ...(staple === undefined ? {} : { staple }), ...(timestamps === undefined ? {} : { timestamps }) };
}

/** A status that is cut off is given as it is: it is no reason not to see the certificate. */
function stapleOf(status: Uint8Array): Uint8Array | undefined {
  try {
    return decodeCertificateStatus(status);
  } catch (error) {
    if (error instanceof AssayError) return status;
    throw error;
  }
}

const statusTypeOcsp = 1;

/**
 * The OCSPResponse of a CertificateStatus (RFC 6066 §8); undefined for a status of another kind.
 *
 * @throws AssayError ERR_TLS_DECODE for anything malformed
 */
export function decodeCertificateStatus(body: Uint8Array): Uint8Array | undefined {
  const status = new ByteReader(body);
  return status.uint(1) === statusTypeOcsp ? status.vector(3) : undefined;
}

function malformed(expected: string, got: string): AssayError {
  return new AssayError('ERR_TLS_DECODE', `expected ${expected}, got ${got}`, {
    remedy: 'Look at the transcript in the evidence: the server sent a malformed Certificate message.',
  });
}
