import type { Buffer } from 'node:buffer';
import type { ExchangeEnd } from '../../dns/resolution.ts';
import type { ServerAddress } from '../../dns/server-address.ts';

/** One message to a server, and what came back. */
export interface Exchange {
  readonly server: ServerAddress;
  readonly transport: 'udp' | 'tcp';
  readonly sent: Uint8Array;
  /** Without the length that TCP puts before it; empty where nothing came. */
  readonly received: Buffer;
  readonly ended: ExchangeEnd;
}

const endOfErrno: Readonly<Record<string, ExchangeEnd>> = {
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ECONNABORTED: 'reset',
  ETIMEDOUT: 'timed-out',
};

/** How an exchange ended by an error of its socket. */
export function endOf(error: NodeJS.ErrnoException): ExchangeEnd {
  return endOfErrno[error.code ?? ''] ?? 'unreachable';
}

export interface ExchangeLimits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}
