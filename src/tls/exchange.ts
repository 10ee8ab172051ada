/**
 * How a connection ended: `complete` when the reader had what it wanted, else what the peer did: `closed` (FIN),
 * `reset` (RST), `timed-out` (connecting or reading), `unreachable` (no connection), `too-long` (over the byte cap).
 */
export type Ending = 'complete' | 'closed' | 'reset' | 'timed-out' | 'unreachable' | 'too-long';

/** How a connection ended, as transcripts say it. */
export const endsInWords: Readonly<Record<Ending, string>> = {
  complete: 'Certificate message read',
  closed: 'connection closed',
  reset: 'connection reset',
  'timed-out': 'no end in time',
  unreachable: 'no connection',
  'too-long': 'more bytes than a handshake has',
};

/** What came back on one connection, and how it ended. */
export interface Reply {
  readonly received: Uint8Array;
  readonly ended: Ending;
}

/** Fed each chunk once, in order; true when nothing more is wanted. */
export type Until = (chunk: Uint8Array) => boolean;
