import type { CertificateEntry } from '../certificate-message.ts';
import type { Ending } from '../exchange.ts';
import type { CertificateRequest } from './certificate-request.ts';
import type { Session13 } from './hello13.ts';
import type { Proof } from './signature.ts';

/** Why a flight could not be opened here though the server did nothing wrong. */
export interface Unopened {
  readonly what: 'cipher-suite' | 'group';
  readonly code: number;
  /** Only ML-KEM is missing for it. */
  readonly wantsEncapsulation: boolean;
}

/** What a TLS 1.3 handshake showed, as far as it went: what is not there was not seen. */
export interface Handshake13 {
  readonly ended: Ending;
  /** The one alert that the server ended it with. */
  readonly alert?: string;
  /** What the server did that no server may do; nothing after it was read. */
  readonly broken?: string;
  /** `broken` says that these are no TLS records at all. */
  readonly foreign?: boolean;
  readonly unopened?: Unopened;
  /** Number of the version answered, also where it is not TLS 1.3. */
  readonly version?: number;
  readonly suite?: number;
  readonly group?: number;
  /** The group that a HelloRetryRequest asked for; 0: it asked only for its cookie back. */
  readonly retriedFor?: number;
  /** Whether the server took up the ticket; absent without its ServerHello. */
  readonly resumed?: boolean;
  readonly extensions?: ReadonlyMap<number, Uint8Array>;
  readonly request?: CertificateRequest;
  readonly certificates?: readonly CertificateEntry[];
  readonly proof?: { readonly scheme: number; readonly result: Proof };
  /** The server's Finished came, and is right: the keys are those of whoever signed. */
  readonly finished: boolean;
  /** Our own Finished went out. */
  readonly completed: boolean;
  /** Every ticket that came, with what it resumes. */
  readonly sessions: readonly Session13[];
  /** Secrets of this handshake in the form of SSLKEYLOGFILE (RFC 9850): with them Wireshark opens the transcript. */
  readonly keylog: readonly string[];
}

/** The same while it is being seen. */
export type Seen13 = { -readonly [Key in keyof Omit<Handshake13, 'ended'>]: Handshake13[Key] };

export function nothingSeen13(): Seen13 {
  return { finished: false, completed: false, sessions: [], keylog: [] };
}
