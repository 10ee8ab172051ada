import type { Certificate } from './certificate.ts';
import type { RevocationReason } from './revocation-reason.ts';

/** A certificate, who issued it, and the instant of the look in milliseconds since 1970. */
export interface RevocationQuestion {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  readonly atMs: number;
}

/**
 * What one signed source (an OCSP response, a list) says of a certificate. `good` and `unknown` hold at the instant;
 * `revoked` for ever, unless the reason is certificateHold. `invalid`: nothing can be taken from the source.
 */
export type RevocationVerdict =
  | ({ readonly kind: 'good' | 'unknown' } & Signed)
  | ({ readonly kind: 'revoked'; readonly at: string; readonly reason?: RevocationReason } & Signed)
  | { readonly kind: 'invalid'; readonly why: string };

interface Signed {
  /** In words: the issuer, or whom it delegated to. */
  readonly signer: string;
  readonly thisUpdate: string;
  readonly nextUpdate?: string;
}

export interface Period {
  readonly thisUpdate: string;
  readonly nextUpdate?: string;
}

/** What clocks may be apart. */
const toleranceMs = 5 * 60 * 1000;
/** An answer that does not say how long it holds is taken for this long: RFC 6960 §4.2.2.1 has newer ones always. */
const undatedMs = 24 * 60 * 60 * 1000;

/** Why a source does not hold at an instant, or undefined. */
export function outsidePeriod({ thisUpdate, nextUpdate }: Period, atMs: number): string | undefined {
  const from = Date.parse(thisUpdate);
  if (from > atMs + toleranceMs) return `it is of a later time, ${thisUpdate}`;
  if (nextUpdate === undefined) {
    return atMs - from > undatedMs ? `it is of ${thisUpdate} and says no time of the next` : undefined;
  }
  return Date.parse(nextUpdate) < atMs ? `the next was due at ${nextUpdate}` : undefined;
}

/** Whether a certificate that once was revoked stays so (RFC 5280 §5.3.1). */
export function isForEver(reason: RevocationReason | undefined): boolean {
  return reason !== 'certificateHold' && reason !== 'removeFromCRL';
}
