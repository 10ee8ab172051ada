import { randomBytes } from 'node:crypto';
import { connect, isIP, type Socket } from 'node:net';
import { AssayError, type Subject, type Target } from '../../model/index.ts';
import type { Ending, RandomSource, Reply, Until } from '../../tls/exchange.ts';
import { seededRandom } from '../../tls/seeded-random.ts';
import type { CollectContext, Session } from '../collector.ts';
import { connectionLimit } from '../connection-limit.ts';
import { networkError, networkFailure } from '../network-error.ts';

const connectionsAtOnce = 4;
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
   * `AssayError` for what the network did (`ERR_UNREACHABLE`, `ERR_TIMEOUT`, `ERR_RESET` …).
   */
  withSocket<T>(use: (socket: Socket) => Promise<T>): Promise<T>;
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
  const link = { address, port, where, context, closing: closing.signal };
  const limit = connectionLimit(connectionsAtOnce);
  const seed = randomBytes(32);
  let connections = 0;
  const withSocket = <T>(use: (socket: Socket) => Promise<T>): Promise<T> =>
    limit(() => {
      connections++;
      return connected(link, use);
    });
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
      return connections;
    },
    withSocket,
    exchange: (bytes, until) => exchange(withSocket, bytes, until),
    identify: (name, value) => {
      identity[name] = value;
    },
    close: async () => closing.abort(),
  };
}

interface Link {
  readonly address: string;
  readonly port: number;
  readonly where: string;
  readonly context: CollectContext;
  readonly closing: AbortSignal;
}

async function connected<T>(link: Link, use: (socket: Socket) => Promise<T>): Promise<T> {
  const { address, port, where, context } = link;
  const stopped = AbortSignal.any([context.signal, link.closing]);
  if (stopped.aborted) throw networkFailure('interrupted', where);
  const socket = connect({ host: address, port, noDelay: true });
  const stop = (): void => void socket.destroy(networkFailure('interrupted', where));
  const expire = (): void =>
    void socket.destroy(networkFailure('timed-out', where, `${context.timeoutMs} ms`));
  const deadline = setTimeout(expire, context.timeoutMs);
  stopped.addEventListener('abort', stop);
  try {
    return await new Promise<T>((resolve, reject) => {
      socket.on('error', reject);
      socket.once('close', () => reject(networkFailure('closed', where)));
      socket.once('connect', () => use(socket).then(resolve, reject));
    });
  } catch (error) {
    throw networkError(error, where);
  } finally {
    clearTimeout(deadline);
    stopped.removeEventListener('abort', stop);
    socket.destroy();
  }
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
  const ended = await withSocket((socket) => converse(socket, bytes, wanted)).catch(endingOf);
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
};

/** How a connection ended that threw; throws what the network did not do. */
export function endingOf(error: unknown): Ending {
  const ending = error instanceof AssayError ? endingByCode[error.code] : undefined;
  if (ending === undefined) throw error;
  return ending;
}
