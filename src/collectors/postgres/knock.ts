import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import type { Subject } from '../../model/index.ts';
import {
  type Challenge,
  challengeLimitBytes,
  readChallenge,
  type Startup,
  startupMessage,
  terminate,
} from '../../postgres/challenge.ts';
import { upgradeOf } from '../../tls/upgrade/upgrade.ts';
import { askForUpgrade } from '../channel.ts';
import type { CollectContext } from '../collector.ts';
import { requireUpgrade } from '../entrance-error.ts';
import { settled } from '../interruptible.ts';
import { networkFailure } from '../network-error.ts';
import { connectError, notPostgres } from './database-error.ts';

/** Where a connection is made to. */
interface Door {
  readonly subject: Subject;
  readonly context: Pick<CollectContext, 'timeoutMs' | 'signal' | 'scanName'>;
}

/** A connection to be made; `tls` false: plain, or the socket. */
export interface Knock extends Door {
  readonly startup: Startup;
  readonly tls: ConnectionOptions | false;
}

/**
 * Asks to be let in, hears the server's first message and hangs up; nothing that proves who we are is sent, whatever is
 * asked for. `declined`: the server has no TLS.
 *
 * @throws AssayError for what the network or the server did
 */
export const knock = ({ startup, tls, ...door }: Knock): Promise<Challenge | 'declined'> =>
  at(door, async (socket, where, signal) => {
    const stream = tls === false ? socket : await secured(socket, tls, where, signal);
    if (stream === undefined) return 'declined';
    stream.write(startupMessage(startup, door.context.scanName));
    const challenge = await firstMessage(stream, where);
    await leave(stream, challenge.kind === 'answer' && challenge.answer === 'let-in');
    return challenge;
  });

/**
 * Whether the server agrees to TLS when asked for it (SSLRequest): the handshake is finished, whatever the certificate,
 * and nobody asks to be let in.
 *
 * @throws AssayError for what the network or the server did
 */
export const offersTls = (door: Door): Promise<boolean> =>
  at(door, async (socket, where, signal) => {
    const stream = await secured(socket, { rejectUnauthorized: false }, where, signal);
    if (stream !== undefined) await leave(stream, false);
    return stream !== undefined;
  });

/** One connection, within its time, and closed however it ends. */
async function at<T>(
  { subject, context }: Door,
  use: (socket: Socket, where: string, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { host, address, port } = subject;
  const path = `${host}/.s.PGSQL.${port}`;
  const isSocket = host.startsWith('/');
  const where = isSocket ? `socket ${path}` : `${address ?? host} port ${port}`;
  const timeout = AbortSignal.timeout(context.timeoutMs);
  const signal = AbortSignal.any([context.signal, timeout]);
  const socket = createConnection(isSocket ? { path } : { host: address ?? host, port });
  const hangUp = (): void => void socket.destroy();
  signal.addEventListener('abort', hangUp, { once: true });
  // What the socket has to say after it was given up is of no interest; before, `once` and the reader hear it.
  socket.on('error', () => undefined);
  try {
    await once(socket, 'connect', { signal });
    return await use(socket, where, signal);
  } catch (error) {
    if (timeout.aborted) throw networkFailure('timed-out', where);
    if (context.signal.aborted) throw networkFailure('interrupted', where);
    throw connectError(error, where);
  } finally {
    signal.removeEventListener('abort', hangUp);
    socket.destroy();
  }
}

async function secured(
  socket: Socket,
  options: ConnectionOptions,
  where: string,
  signal: AbortSignal,
): Promise<Socket | undefined> {
  const starttls = { protocol: 'postgres', begin: () => upgradeOf('postgres', '') } as const;
  const failed = once(socket, 'close', { signal }).then(() => {
    throw networkFailure('closed', where);
  });
  failed.catch(() => undefined);
  const asked = await Promise.race([askForUpgrade(socket, { starttls }, where, () => undefined), failed]);
  if (asked?.standing.kind !== 'done') throw notPostgres(where);
  const { standing, rest } = asked;
  if (standing.result.kind === 'refused') return undefined;
  requireUpgrade(standing, 'postgres', where);
  // Bytes before the handshake are nobody's to send.
  if (rest.length > 0) throw notPostgres(where);
  const stream = connectTls({ ...options, socket });
  stream.on('error', () => undefined);
  await once(stream, 'secureConnect', { signal });
  return stream;
}

async function firstMessage(stream: Socket, where: string): Promise<Challenge> {
  let received = Buffer.alloc(0);
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    received = Buffer.concat([received, chunk]);
    const challenge = readChallenge(received.subarray(0, challengeLimitBytes));
    if (challenge !== undefined) return challenge;
  }
  throw received.length === 0 ? networkFailure('closed', where) : notPostgres(where);
}

const goodbyeTimeoutMs = 1_000;

/** Ends the connection in the order that the server expects: to one that is cut it would log an error. */
async function leave(stream: Socket, isIn: boolean): Promise<void> {
  const closed = new Promise((resolve) => stream.once('close', resolve));
  stream.resume();
  stream.end(isIn ? terminate : new Uint8Array());
  await settled(closed, goodbyeTimeoutMs);
}
