import { randomBytes } from 'node:crypto';
import { isIP, type Socket } from 'node:net';
import { AssayError, type Subject, type Target } from '../../model/index.ts';
import type { Ending, RandomSource, Reply, Until } from '../../tls/exchange.ts';
import { seededRandom } from '../../tls/seeded-random.ts';
import type { CollectContext, Session } from '../collector.ts';
import { networkFailure } from '../network-error.ts';
import { startConnections } from './connections.ts';

/** No handshake a server may send us is longer; a certificate flight is a few KB. */
const receivedCapBytes = 256 * 1024;

/** A look at one address of a TLS server; every connection of it is counted, bounded in time and number. */
export interface TlsSession extends Session {
  /** As the target names it. */
  readonly host: string;
  readonly address: string;
  readonly port: number;
  /** For the server_name extension; undefined where the host is an address literal (RFC 6066 §3). */
  readonly serverName: string | undefined;
  /** All that is random in what is sent follows from it. */
  readonly seed: Uint8Array;
  readonly random: RandomSource;
  /** Which look at the subject it is. */
  readonly attempt: number;
  /** Roots the certificates must chain to; undefined: the system's. */
  readonly caFile: string | undefined;
  /** Of one whole connection. */
  readonly timeoutMs: number;
  /** The endpoint in words, for messages: `example.org (192.0.2.1) port 443`. */
  readonly where: string;
  /**
   * Opens a connection, sends the bytes, and reads until `until` says so, or until the connection ends, its time is
   * up, or more than 256 KB came.
   *
   * @throws AssayError only where the scan was stopped or this machine has no socket
   */
  exchange(bytes: Uint8Array, until: Until): Promise<Reply>;
  /**
   * Opens a connection and hands its socket over; it is destroyed when `use` settles or its time is up. Throws
   * `AssayError` for what the network did (`ERR_UNREACHABLE`, `ERR_TIMEOUT`, `ERR_RESET` …). Who has a socket opens no
   * other one before it is done.
   *
   * @param use is called anew, and begins anew, where the connection is made again: see `lanes.ts`
   * @param heard did any byte come back? Without it, a connection that ends is not made again
   */
  withSocket<T>(use: (socket: Socket) => Promise<T>, heard?: () => boolean): Promise<T>;
  /** Notes what the system says of itself: `leaf-sha256`. */
  identify(name: string, value: string): void;
}

/**
 * Opens a session; connections are made by its facts.
 *
 * @throws AssayError ERR_UNRESOLVED for a subject without an address
 */
export async function openTlsSession(
  target: Target,
  subject: Subject,
  context: CollectContext,
): Promise<TlsSession> {
  const { host, port, address } = subject;
  if (address === undefined) throw networkFailure('unresolved', host);
  const where = `${host === address ? host : `${host} (${address})`} port ${port}`;
  const identity: Record<string, string> = {};
  const closing = new AbortController();
  const connections = startConnections({ address, port, where, context, closing: closing.signal });
  const seed = randomBytes(32);
  const withSocket: TlsSession['withSocket'] = (on, heard) =>
    connections.open({ on, ...(heard === undefined ? {} : { heard }) });
  return {
    host,
    address,
    port,
    where,
    identity,
    seed,
    random: seededRandom(seed),
    attempt: context.attempt ?? 1,
    timeoutMs: context.timeoutMs,
    serverName: isIP(host) === 0 ? host : undefined,
    caFile: target.caFile,
    get connections() {
      return connections.made;
    },
    withSocket,
    exchange: (bytes, until) => exchange(withSocket, bytes, until),
    identify: (name, value) => {
      identity[name] = value;
    },
    close: async () => closing.abort(),
  };
}

async function exchange(
  withSocket: TlsSession['withSocket'],
  bytes: Uint8Array,
  until: Until,
): Promise<Reply> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const wanted = (chunk: Uint8Array): Ending | undefined => {
    chunks.push(chunk);
    length += chunk.length;
    if (until(chunk)) return 'complete';
    return length > receivedCapBytes ? 'too-long' : undefined;
  };
  const begin = (socket: Socket): Promise<Ending> => {
    chunks.length = 0;
    length = 0;
    return converse(socket, bytes, wanted);
  };
  const ended = await withSocket(begin, () => length > 0).catch(endingOf);
  return { received: Buffer.concat(chunks), ended };
}

function converse(
  socket: Socket,
  bytes: Uint8Array,
  wanted: (chunk: Uint8Array) => Ending | undefined,
): Promise<Ending> {
  return new Promise((resolve) => {
    socket.on('data', (chunk: Uint8Array) => {
      const ending = wanted(chunk);
      if (ending === undefined) return;
      socket.removeAllListeners('data');
      resolve(ending);
    });
    socket.once('end', () => resolve('closed'));
    socket.write(bytes);
  });
}

const endingByCode: Readonly<Record<string, Ending>> = {
  ERR_UNREACHABLE: 'unreachable',
  ERR_TIMEOUT: 'timed-out',
  ERR_RESET: 'reset',
  ERR_CLOSED: 'closed',
  ERR_CONNECTION_LIMIT: 'unreachable',
};

/** How a connection ended that threw; throws what the network did not do. */
export function endingOf(error: unknown): Ending {
  const ending = error instanceof AssayError ? endingByCode[error.code] : undefined;
  if (ending === undefined) throw error;
  return ending;
}
