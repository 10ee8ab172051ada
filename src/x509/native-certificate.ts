import { Buffer } from 'node:buffer';
import { X509Certificate } from 'node:crypto';

/** Certificates of a chain come up in every handshake with a server, those of an issuer with all of its servers. */
const kept = 64;
const read = new Map<string, X509Certificate>();

/**
 * What OpenSSL reads in a certificate: DER, or BER. Those read last are kept, as reading one takes longer than anything
 * else that is done with it.
 *
 * @throws what OpenSSL has against it
 */
export function nativeCertificate(bytes: Uint8Array): X509Certificate {
  const key = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  const certificate = read.get(key) ?? new X509Certificate(bytes);
  read.delete(key);
  read.set(key, certificate);
  const [oldest] = read.keys();
  if (read.size > kept && oldest !== undefined) read.delete(oldest);
  return certificate;
}
