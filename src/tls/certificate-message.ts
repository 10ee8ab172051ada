import { AssayError } from '../model/index.ts';
import { ByteReader } from './reader.ts';

/** More certificates than any server sends; a longer list is an attack on whoever reads it. */
const maxCertificates = 64;

/**
 * The certificates of a Certificate message, in the order sent: its body as of TLS 1.3 (RFC 8446 §4.4.2, entries with
 * extensions) or as of the versions before (RFC 5246 §7.4.2).
 *
 * @throws AssayError ERR_TLS_DECODE for anything malformed
 */
export function decodeCertificateMessage(body: Uint8Array, form: 'TLSv1.3' | 'TLSv1.2'): Uint8Array[] {
  const message = new ByteReader(body);
  if (form === 'TLSv1.3') message.vector(1);
  const list = new ByteReader(message.vector(3));
  const certificates: Uint8Array[] = [];
  while (list.remaining > 0) {
    certificates.push(list.vector(3));
    if (form === 'TLSv1.3') list.vector(2);
    if (certificates.length > maxCertificates)
      throw malformed(`at most ${maxCertificates} certificates`, 'more');
  }
  if (message.remaining > 0) throw malformed('the end of the message', `${message.remaining} more bytes`);
  return certificates;
}

function malformed(expected: string, got: string): AssayError {
  return new AssayError('ERR_TLS_DECODE', `expected ${expected}, got ${got}`, {
    remedy: 'Look at the transcript in the evidence: the server sent a malformed Certificate message.',
  });
}
