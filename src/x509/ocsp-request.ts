import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { Certificate } from './certificate.ts';
import { certificateFields } from './certificate-fields.ts';
import { encodeDer, objectIdentifier, primitive, sequence, tag } from './der.ts';
import { digestOids } from './object-identifiers.ts';

/**
 * Asks an OCSP responder about one certificate (RFC 6960 §4.1.1, DER): the serial, and the issuer by SHA-1 hashes, which
 * is what responders of RFC 5019 know. Without a nonce: most answers are made beforehand, so that one could not be
 * answered, and each says until when it holds. Not signed, so that nothing in it tells who asks.
 *
 * @throws AssayError ERR_SIGNED_DATA_DECODE for what is no certificate
 */
export function ocspRequest(certificate: Certificate, issuer: Certificate): Uint8Array {
  const { serial, issuer: issuerName } = certificateFields(certificate.der);
  const { publicKeyBits } = certificateFields(issuer.der);
  const id = sequence(
    sequence(objectIdentifier(digestOids.sha1), primitive(tag.NULL, '')),
    primitive(tag.OCTETSTRING, sha1(issuerName)),
    primitive(tag.OCTETSTRING, sha1(publicKeyBits)),
    primitive(tag.INTEGER, Buffer.from(serial, 'hex')),
  );
  const list = sequence(sequence(id));
  return encodeDer(sequence(sequence(list)));
}

function sha1(bytes: Uint8Array): Uint8Array {
  return createHash('sha1').update(bytes).digest();
}
