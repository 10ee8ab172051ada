import { Buffer } from 'node:buffer';
import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { answers } from '../../dns/message.ts';
import type { ExchangeEnd } from '../../dns/resolution.ts';
import type { ServerAddress } from '../../dns/server-address.ts';
import { type Exchange, type ExchangeLimits, endOf } from './exchange.ts';

/** Strangers that guess at an answer are heard so often, then no more. */
const maxStrangers = 64;

/**
 * Sends a query from a port of its own, which the system chooses at random, and waits for its answer. What comes from
 * another address, or answers another question, is passed over (RFC 5452).
 */
export function askByDatagram(
  query: Uint8Array,
  server: ServerAddress,
  { timeoutMs, signal }: ExchangeLimits,
): Promise<Exchange> {
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(server.address) ? 'udp6' : 'udp4');
    let strangers = 0;
    const end = (ended: ExchangeEnd, received = Buffer.alloc(0)): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      socket.removeAllListeners();
      // A late error of the network finds nobody who could be told.
      socket.on('error', () => undefined);
      socket.close();
      resolve({ server, transport: 'udp', sent: query, received, ended });
    };
    const stop = (): void => end('timed-out');
    const timer = setTimeout(stop, timeoutMs);
    signal.addEventListener('abort', stop, { once: true });
    socket.on('error', (error: NodeJS.ErrnoException) => end(endOf(error)));
    socket.on('message', (message) => {
      if (answers(message, query)) end('answered', message);
      else if (++strangers > maxStrangers) end('not-dns');
    });
    socket.connect(server.port, server.address, () => socket.send(query));
    if (signal.aborted) stop();
  });
}
