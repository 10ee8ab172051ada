import type { Handshake12 } from './outcome12.ts';
import type { Handshake13 } from './outcome13.ts';

/** Versions before TLS 1.3 in which a handshake is gone through to its end; SSLv3 is left out. */
export type Version12 = 'TLSv1.2' | 'TLSv1.1' | 'TLSv1.0';

/** A handshake gone through to its end, or as far as the server let it. */
export type CompleteHandshake =
  | { readonly version: 'TLSv1.3'; readonly seen: Handshake13 }
  | { readonly version: Version12; readonly seen: Handshake12 };

/** Whether the server's own flight came whole, and we could go on from it. */
export function isGoneThrough(handshake: CompleteHandshake): boolean {
  return handshake.version === 'TLSv1.3'
    ? handshake.seen.finished
    : handshake.seen.flightDone && handshake.seen.unopened === undefined;
}
