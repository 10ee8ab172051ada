import { Buffer } from 'node:buffer';
import type { Authentication } from './authentication.ts';
import { decodeCertificateMessage } from './certificate-message.ts';
import { decryptServerFlight } from './decrypt.ts';
import { FlightReader, type HandshakeMessage } from './record.ts';
import { handshakeType, type RecordVersion } from './registry.ts';

/**
 * One handshake made to see the certificates that a server sends, as kept in the evidence: `sentCertificates` gives
 * the same result from it at any time.
 */
export interface Transcript {
  readonly version: RecordVersion;
  readonly authentication: Authentication;
  /** Hexadecimal. */
  readonly sent: string;
  readonly received: string;
  /**
   * TLS 1.3 only: the server's handshake secret. It opens nothing but this handshake's own flight, which carries the
   * certificates and no data, and cannot give the keys of anything that came after; without it nobody could check
   * again what was read from the bytes.
   */
  readonly keylog?: string;
  /** How the connection ended, in words: of `endsInWords`, or what the handshake failed on. */
  readonly ended: string;
}

/** What a transcript shows: a chain, a server that has none of the kind asked for, or nothing definite. */
export type SentCertificates =
  | { readonly kind: 'chain'; readonly certificates: readonly Uint8Array[] }
  | { readonly kind: 'none'; readonly why: string }
  | { readonly kind: 'unknown'; readonly why: string };

/** Alerts by which a server says that nothing offered fits its keys (RFC 8446 §6.2). */
const unfitAlerts: ReadonlySet<string> = new Set([
  'handshake_failure',
  'insufficient_security',
  'illegal_parameter',
]);

/**
 * Reads what a transcript shows.
 *
 * @throws AssayError ERR_TLS_DECODE or ERR_TLS_DECRYPT for bytes that break the protocol
 */
export function sentCertificates(transcript: Transcript): SentCertificates {
  const flight = new FlightReader();
  flight.push(Buffer.from(transcript.received, 'hex'));
  const message = certificateIn(flight.messages) ?? certificateIn(decrypted(transcript));
  if (message !== undefined) return chain(message, transcript);
  if (flight.end?.kind === 'alert' && unfitAlerts.has(flight.end.name)) {
    return { kind: 'none', why: `the server answered with alert ${flight.end.name}` };
  }
  if (flight.messages.some(({ type }) => type === handshakeType.serverHelloDone)) {
    return { kind: 'none', why: 'the server authenticated itself without a certificate' };
  }
  const alert = flight.end?.kind === 'alert' ? `alert ${flight.end.name}, ` : '';
  return { kind: 'unknown', why: `${alert}${transcript.ended}` };
}

function chain({ body }: HandshakeMessage, { version }: Transcript): SentCertificates {
  const entries = decodeCertificateMessage(body, version === 'TLSv1.3' ? 'TLSv1.3' : 'TLSv1.2');
  const certificates = entries.map(({ der }) => der);
  return certificates.length > 0
    ? { kind: 'chain', certificates }
    : { kind: 'none', why: 'the server sent an empty list' };
}

function certificateIn(messages: readonly HandshakeMessage[]): HandshakeMessage | undefined {
  return messages.find(({ type }) => type === handshakeType.certificate);
}

function decrypted({ sent, received, keylog }: Transcript): readonly HandshakeMessage[] {
  if (keylog === undefined) return [];
  const recorded = { sent: Buffer.from(sent, 'hex'), received: Buffer.from(received, 'hex'), keylog };
  return decryptServerFlight(recorded, handshakeType.certificate) ?? [];
}
