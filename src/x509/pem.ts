import { Buffer } from 'node:buffer';
import { AssayError } from '../model/index.ts';

const block = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----/g;

/** RFC 7468 text of one or more certificates, in the order given. */
export function pem(...certificates: readonly Uint8Array[]): string {
  return certificates.map(encodeBlock).join('');
}

/**
 * The DER of every certificate in a text, in its order.
 *
 * @throws AssayError ERR_CA_FILE where there is none
 */
export function certificatesFromPem(text: string): Uint8Array[] {
  const found = [...text.matchAll(block)].map(([, body]) =>
    Uint8Array.from(Buffer.from(body ?? '', 'base64')),
  );
  if (found.length > 0) return found;
  throw new AssayError('ERR_CA_FILE', 'expected at least one PEM certificate, got none', {
    remedy: 'Give a file with the roots as PEM (-----BEGIN CERTIFICATE-----).',
  });
}

function encodeBlock(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
