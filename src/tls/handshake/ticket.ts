import { decodeExtensions } from '../extensions.ts';
import { ByteReader } from '../reader.ts';
import { extensionType } from '../registry.ts';

/** A ticket of a server; it holds nothing but the keys of the handshake that brought it. */
export interface Ticket {
  /** Seconds; in TLS 1.3 at most 604800, before it a hint. */
  readonly lifetimeSeconds: number;
  readonly bytes: Uint8Array;
}

export interface Ticket13 extends Ticket {
  readonly ageAdd: number;
  readonly nonce: Uint8Array;
  /** Bytes of early data that the server takes with it; undefined: it takes none. */
  readonly earlyDataBytes: number | undefined;
}

/** NewSessionTicket of TLS 1.3 (RFC 8446 §4.6.1). Throws ERR_TLS_DECODE for anything malformed. */
export function decodeTicket13(body: Uint8Array): Ticket13 {
  const message = new ByteReader(body);
  const lifetimeSeconds = message.uint(4);
  const ageAdd = message.uint(4);
  const nonce = message.vector(1);
  const bytes = message.vector(2);
  const earlyData = decodeExtensions(message).get(extensionType.earlyData);
  const earlyDataBytes = earlyData === undefined ? undefined : new ByteReader(earlyData).uint(4);
  return { lifetimeSeconds, bytes, ageAdd, nonce, earlyDataBytes };
}

/** NewSessionTicket before TLS 1.3 (RFC 5077 §3.3); it is empty where the server changed its mind. */
export function decodeTicket12(body: Uint8Array): Ticket {
  const message = new ByteReader(body);
  return { lifetimeSeconds: message.uint(4), bytes: message.vector(2) };
}
