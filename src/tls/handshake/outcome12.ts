import type { CertificateEntry } from '../certificate-message.ts';
import type { Ending } from '../exchange.ts';
import type { CertificateRequest } from './certificate-request.ts';
import type { Session12 } from './hello12.ts';
import type { Proof } from './signature.ts';
import type { Ticket } from './ticket.ts';

/** What a handshake before TLS 1.3 showed, as far as it went: what is not there was not seen. */
export interface Handshake12 {
  readonly ended: Ending;
  /** The one alert that the server ended it with. */
  readonly alert?: string;
  /** What the server did that no server may do; nothing after it was read. */
  readonly broken?: string;
  /** `broken` says that these are no TLS records at all. */
  readonly foreign?: boolean;
  /** Why the handshake could not be completed here, though the server did nothing wrong. */
  readonly unopened?: string;
  /** Number of the version answered. */
  readonly version?: number;
  readonly suite?: number;
  readonly sessionId?: Uint8Array;
  readonly extensions?: ReadonlyMap<number, Uint8Array>;
  /** Whether the server took up the session; absent before that was to be seen. */
  readonly resumed?: boolean;
  readonly request?: CertificateRequest;
  readonly certificates?: readonly CertificateEntry[];
  /** Of ServerKeyExchange; `scheme` only in TLS 1.2. */
  readonly proof?: { readonly scheme: number | undefined; readonly result: Proof };
  /** The server said all it says before the client's keys: a request for a certificate would be among it. */
  readonly flightDone: boolean;
  /** The server's Finished came, and is right. */
  readonly finished: boolean;
  readonly ticket?: Ticket;
  /** What can be taken up later. */
  readonly session?: Session12;
  /** In the form of SSLKEYLOGFILE. */
  readonly keylog: readonly string[];
}

/** The same while it is being seen. */
export type Seen12 = { -readonly [Key in keyof Omit<Handshake12, 'ended'>]: Handshake12[Key] };

export function nothingSeen12(): Seen12 {
  return { flightDone: false, finished: false, keylog: [] };
}
