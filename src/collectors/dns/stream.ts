import { Buffer } from 'node:buffer';
import { connect } from 'node:net';
import { answers } from '../../dns/message.ts';
import type { ExchangeEnd } from '../../dns/resolution.ts';
import type { ServerAddress } from '../../dns/server-address.ts';
import { type Exchange, type ExchangeLimits, endOf } from './exchange.ts';

/** Enough was read of a message that is still coming; absent: all of it is wanted. */
export type Enough = (soFar: Uint8Array) => boolean;

/** Asks over TCP (RFC 7766): one message, of which no more is read than is wanted. */
export function askByStream(
  query: Uint8Array,
  server: ServerAddress,
  { timeoutMs, signal }: ExchangeLimits,
  enough: Enough = () => false,
): Promise<Exchange> {
  return new Promise((resolve) => {
    const socket = connect({ host: server.address, port: server.port, noDelay: true });
    let received = Buffer.alloc(0);
    const end = (ended: ExchangeEnd): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      socket.destroy();
      resolve({ server, transport: 'tcp', sent: query, received: received.subarray(2), ended });
    };
    const stop = (): void => end('timed-out');
    const timer = setTimeout(stop, timeoutMs);
    signal.addEventListener('abort', stop, { once: true });
    socket.on('error', (error: NodeJS.ErrnoException) => end(endOf(error)));
    socket.on('end', () => end('closed'));
    socket.on('close', () => end('closed'));
    socket.on('data', (chunk) => {
      // At most the two octets of length and the 64 KB that they can announce.
      received = Buffer.concat([received, chunk]);
      const ended = progressOf(received, query, enough);
      if (ended === undefined) return;
      received = received.subarray(0, 2 + announced(received));
      end(ended);
    });
    socket.write(framed(query));
    if (signal.aborted) stop();
  });
}

const announced = (received: Buffer): number => (received.length < 2 ? 0 : received.readUInt16BE(0));

const headerBytes = 12;

/** How it ends with what came so far; undefined: it goes on. */
function progressOf(received: Buffer, query: Uint8Array, enough: Enough): ExchangeEnd | undefined {
  const whole = received.length >= 2 && received.length >= 2 + announced(received);
  const message = received.subarray(2, 2 + announced(received));
  if (!whole && (message.length < headerBytes || !enough(message))) return undefined;
  return answers(message, query) ? 'answered' : 'not-dns';
}

function framed(query: Uint8Array): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(query.length);
  return Buffer.concat([length, query]);
}
