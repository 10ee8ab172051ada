import { randomBytes } from 'node:crypto';
import { connect, isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { AssayError, type StarttlsProtocol, type Subject, type Target } from '../../model/index.ts';
import type { Ending, RandomSource, Reply, Until } from '../../tls/exchange.ts';
import { seededRandom } from '../../tls/seeded-random.ts';
import type { Conversation } from '../../tls/upgrade/conversation.ts';
import type { Upgrade } from '../../tls/upgrade/outcome.ts';
import type { CollectContext, Session } from '../collector.ts';
import { connectionLimit } from '../connection-limit.ts';
import { networkError, networkFailure } from '../network-error.ts';
import { askForUpgrade, type Entrance, openChannel, type Stage } from './channel.ts';
import { entranceOf } from './entrance.ts';
import { beforeTls } from './entrance-error.ts';

const connectionsAtOnce = 4;
/** No handshake a server may send us is longer; a certificate flight is a few KB. */
const receivedCapBytes = 256 * 1024;

/** A look at one address of a TLS server; every connection of it is counted, bounded in time and number. */
export interface TlsSession extends Session {
  /** As the target names it. */
  readonly host: string;
  readonly address: string;
  readonly port: number;
  /**
   * For the server_name extension, and the name that certificates must have; undefined where the host is an address
   * literal (RFC 6066 §3) and the target gives no name.
   */
  readonly serverName: string | undefined;
  /** What is spoken before TLS; undefined where TLS begins at once. */
  readonly starttls: StarttlsProtocol | undefined;
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
   * Opens a connection, says what is needed before TLS, and hands over what carries the bytes of TLS; it is destroyed
   * when `use` settles or its time is up. Throws `AssayError` for what the network did (`ERR_UNREACHABLE`,
   * `ERR_TIMEOUT`, `ERR_RESET` …), and for an answer that leads to no TLS (`ERR_STARTTLS_…`, `ERR_PROXY_…`). Once the
   * endpoint has begun TLS, a connection that does not come to it is as one that did not come about.
   */
  withSocket<T>(use: (socket: Duplex) => Promise<T>): Promise<T>;
  /** Asks once whether TLS begins, and how; undefined where it begins at once. Throws as `withSocket` does. */
  askForUpgrade(): Promise<Conversation<Upgrade> | undefined>;
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
  const serverName = target.serverName ?? (isIP(host) === 0 ? host : undefined);
  const entrance = await entranceOf(target, subject, serverName ?? host, context);
  const link: Link = { address, port, where, context, entrance, closing: closing.signal };
  const limit = connectionLimit(connectionsAtOnce);
  const seed = randomBytes(32);
  let connections = 0;
  let entered = false;
  const inTurn = <T>(use: Use<T>): Promise<T> =>
    limit(() => {
      if (connections >= mostConnections(entrance)) throw tooMany(where);
      connections++;
      return connected(link, use);
    });
  const withSocket = <T>(use: (socket: Duplex) => Promise<T>): Promise<T> =>
    inTurn(async (socket, reached) => {
      const channel = await openChannel(socket, entrance, where, reached);
      entered = true;
      const using = use(channel);
      if (channel.isPaused() && channel.listenerCount('data') > 0) channel.resume();
      return using;
    }).catch((error: unknown) => {
      throw entered ? notAgain(error, where) : error;
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
    serverName,
    starttls: entrance.starttls?.protocol,
    caFile: target.caFile,
    get connections() {
      return connections;
    },
    withSocket,
    askForUpgrade: () => inTurn((socket, reached) => askForUpgrade(socket, entrance, where, reached)),
    exchange: (bytes, until) => exchange(withSocket, bytes, until),
    identify: (name, value) => {
      identity[name] = value;
    },
    close: async () => closing.abort(),
  };
}

/**
 * MySQL counts connections that are broken off before a log-in, and keeps a host out after `max_connect_errors` of them
 * (100 by default) until somebody flushes its cache. A look must not do that to the machine that it is made from.
 */
const mysqlConnections = 80;

function mostConnections({ starttls }: Entrance): number {
  return starttls?.protocol === 'mysql' ? mysqlConnections : Number.POSITIVE_INFINITY;
}

function tooMany(where: string): AssayError {
  const expected = `expected at most ${mysqlConnections} connections to MySQL at ${where}, got a wish for more`;
  return new AssayError('ERR_MYSQL_CONNECTIONS', expected, {
    remedy:
      'Look at it with fewer controls at a time (--control): MySQL shuts out a host that breaks off max_connect_errors connections in a row.',
  });
}

interface Link {
  readonly address: string;
  readonly port: number;
  readonly where: string;
  readonly context: CollectContext;
  readonly entrance: Entrance;
  readonly closing: AbortSignal;
}

type Use<T> = (socket: Socket, reached: (stage: Stage) => void) => Promise<T>;

/** What begins TLS once and then does not, is out of reach for now: no answer to what was to be asked. */
function notAgain(error: unknown, where: string): unknown {
  const isAnswer = error instanceof AssayError && error.code.startsWith('ERR_STARTTLS_');
  return isAnswer ? networkFailure('unreachable', where, error.code) : error;
}

async function connected<T>(link: Link, use: Use<T>): Promise<T> {
  const { address, port, where, context, entrance } = link;
  const { proxy, starttls } = entrance;
  let stage: Stage = proxy ? 'proxy' : starttls ? 'preamble' : 'tls';
  const stopped = AbortSignal.any([context.signal, link.closing]);
  if (stopped.aborted) throw networkFailure('interrupted', where);
  const to = proxy ?? { host: address, port };
  const socket = connect({ host: to.host, port: to.port, noDelay: true });
  const stop = (): void => void socket.destroy(networkFailure('interrupted', where));
  const expire = (): void =>
    void socket.destroy(networkFailure('timed-out', where, `${context.timeoutMs} ms`));
  const deadline = setTimeout(expire, context.timeoutMs);
  stopped.addEventListener('abort', stop);
  try {
    return await new Promise<T>((resolve, reject) => {
      const fail = (error: Error): void =>
        reject(beforeTls(networkError(error, where), stage, proxy?.name, where));
      socket.on('error', fail);
      socket.once('close', () => fail(networkFailure('closed', where)));
      const reached = (next: Stage): void => {
        stage = next;
      };
      socket.once('connect', () => use(socket, reached).then(resolve, reject));
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
  socket: Duplex,
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
