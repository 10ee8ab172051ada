import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { AssayError, type StarttlsProtocol, type Subject, type Target } from '../../model/index.ts';
import type { Ending, RandomSource, Reply, Until } from '../../tls/exchange.ts';
import { seededRandom } from '../../tls/seeded-random.ts';
import type { Conversation } from '../../tls/upgrade/conversation.ts';
import type { Upgrade } from '../../tls/upgrade/outcome.ts';
import { askForUpgrade, type Entrance, openChannel } from '../channel.ts';
import type { CollectContext, Session } from '../collector.ts';
import { entranceOf } from '../entrance.ts';
import { networkFailure } from '../network-error.ts';
import { connectionsAtMost, type Link, startConnections, type Use } from './connections.ts';

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
  /** Whether a proxy connects in our place: then nothing may go past it. */
  readonly proxied: boolean;
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
   * endpoint has begun TLS, a connection that does not come to it is as one that did not come about. Who has one opens
   * no other before it is done.
   *
   * @param use is called anew, and begins anew, where the connection is made again: see `lanes.ts`
   * @param heard did any byte come back? Without it, a connection that ends is not made again
   */
  withSocket<T>(use: (socket: Duplex) => Promise<T>, heard?: () => boolean): Promise<T>;
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
  const most = mostConnections(entrance, where);
  const connections = startConnections({
    ...{ address, port, where, context, entrance, most, closing: closing.signal },
  });
  const seed = randomBytes(32);
  let entered = false;
  const withSocket: TlsSession['withSocket'] = <T>(
    use: (socket: Duplex) => Promise<T>,
    heard?: () => boolean,
  ): Promise<T> => {
    const on: Use<T>['on'] = async (socket, reached) => {
      const channel = await openChannel(socket, entrance, where, reached);
      entered = true;
      const using = use(channel);
      if (channel.isPaused() && channel.listenerCount('data') > 0) channel.resume();
      return using;
    };
    return connections.open({ on, ...(heard === undefined ? {} : { heard }) }).catch((error: unknown) => {
      throw entered ? notAgain(error, where) : error;
    });
  };
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
    proxied: entrance.proxy !== undefined,
    caFile: target.caFile,
    get connections() {
      return connections.made;
    },
    withSocket,
    askForUpgrade: () =>
      connections.open({ on: (socket, reached) => askForUpgrade(socket, entrance, where, reached) }),
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
export const mysqlConnections = 80;

function mostConnections({ starttls }: Entrance, where: string): Link['most'] {
  return starttls?.protocol === 'mysql'
    ? { connections: mysqlConnections, error: () => tooMany(where) }
    : {
        connections: connectionsAtMost,
        error: () => networkFailure('enough', where, `${connectionsAtMost}`),
      };
}

function tooMany(where: string): AssayError {
  const expected = `expected at most ${mysqlConnections} connections to MySQL at ${where}, got a wish for more`;
  return new AssayError('ERR_MYSQL_CONNECTIONS', expected, {
    remedy:
      'Look at it with fewer controls at a time (--control): MySQL shuts out a host that breaks off max_connect_errors connections in a row.',
  });
}

/** What begins TLS once and then does not, is out of reach for now: no answer to what was to be asked. */
function notAgain(error: unknown, where: string): unknown {
  const isAnswer = error instanceof AssayError && error.code.startsWith('ERR_STARTTLS_');
  return isAnswer ? networkFailure('unreachable', where, error.code) : error;
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
  const begin = (socket: Duplex): Promise<Ending> => {
    chunks.length = 0;
    length = 0;
    return converse(socket, bytes, wanted);
  };
  const ended = await withSocket(begin, () => length > 0).catch(endingOf);
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
  ERR_CONNECTION_LIMIT: 'unreachable',
};

/** How a connection ended that threw; throws what the network did not do. */
export function endingOf(error: unknown): Ending {
  const ending = error instanceof AssayError ? endingByCode[error.code] : undefined;
  if (ending === undefined) throw error;
  return ending;
}
