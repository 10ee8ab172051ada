import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from 'pg';
import { AssayError } from '../../model/index.ts';
import { networkFailure } from '../network-error.ts';
import { connectError, notPostgres } from './database-error.ts';

/** Bounds of one piece of work on a connection, and how what goes wrong in it is told. */
interface Bounds {
  readonly timeoutMs: number;
  readonly limitBytes: number;
  readonly explain: (error: unknown) => AssayError;
}

/** Keeps a server that stalls, floods or sends garbage from costing more than its own connection. */
export interface Guard {
  connect(tls: boolean): Promise<unknown>;
  /** @throws AssayError once the connection broke, always the first reason */
  run<T>(bounds: Bounds, work: () => Promise<T>): Promise<T>;
  /** Says good-bye, or hangs up. */
  close(): Promise<void>;
  /** Without a word: of a connection that never became a session. */
  hangUp(): void;
}

type WireEvent =
  | 'sslconnect'
  | 'authenticationOk'
  | 'authenticationSASL'
  | 'authenticationSASLContinue'
  | 'parameterStatus'
  | 'backendKeyData';

/** The part of pg's connection that its types leave out. */
interface Wire {
  readonly stream: Socket;
  on(event: WireEvent, listener: () => void): void;
}

const goodbyeTimeoutMs = 1_000;

const wireOf = (client: Client): Wire => (client as unknown as { readonly connection: Wire }).connection;

/** The stream that a client's messages run over: a TLS socket once TLS was agreed. */
export const streamOf = (client: Client): Socket => wireOf(client).stream;

/** Has `listener` called when the server says one thing. */
export const onWire = (client: Client, event: WireEvent, listener: () => void): void =>
  wireOf(client).on(event, listener);

export function guardClient(client: Client, where: string, signal: AbortSignal): Guard {
  let remainingBytes = 0;
  const breakage = breakageOf(() => streamOf(client).destroy());
  const interrupt = (): void => breakage.break(networkFailure('interrupted', where));
  signal.addEventListener('abort', interrupt, { once: true });
  client.on('error', (error) => breakage.break(connectError(error, where)));
  let proofs = 0;
  // Each costs us as much as the server asks for. pg's own listeners come later: this ends the reading of the chunk.
  wireOf(client).on('authenticationSASLContinue', () => {
    if (proofs++ > 0) throw notPostgres(where);
  });
  const count = (chunk: Uint8Array): void => {
    remainingBytes -= chunk.byteLength;
    if (remainingBytes < 0) breakage.break(tooLarge(where));
  };
  const watch = (): void => guardListeners(streamOf(client), count, () => breakage.break(notPostgres(where)));
  return {
    connect: (tls) => {
      wireOf(client).on('sslconnect', watch);
      const connected = client.connect();
      if (!tls) watch();
      return connected;
    },
    run: async ({ timeoutMs, limitBytes, explain }, work) => {
      if (signal.aborted) interrupt();
      remainingBytes = limitBytes;
      const timer = setTimeout(() => breakage.break(networkFailure('timed-out', where)), timeoutMs);
      try {
        return await breakage.orBroken(work);
      } catch (error) {
        throw breakage.reason() ?? explain(error);
      } finally {
        clearTimeout(timer);
      }
    },
    hangUp: () => {
      signal.removeEventListener('abort', interrupt);
      streamOf(client).destroy();
    },
    close: async () => {
      signal.removeEventListener('abort', interrupt);
      if (breakage.reason() === undefined)
        await Promise.race([client.end(), wait(goodbyeTimeoutMs, 0, { ref: false })]);
      streamOf(client).destroy();
    },
  };
}

interface Breakage {
  break(reason: AssayError): void;
  reason(): AssayError | undefined;
  orBroken<T>(work: () => Promise<T>): Promise<T>;
}

/** The first reason counts: what follows it is only its consequence. */
function breakageOf(hangUp: () => void): Breakage {
  let reason: AssayError | undefined;
  let reject: (error: AssayError) => void = () => {};
  const broken = new Promise<never>((_, onBreak) => {
    reject = onBreak;
  });
  broken.catch(() => {});
  return {
    break: (error) => {
      reason ??= error;
      reject(reason);
      hangUp();
    },
    reason: () => reason,
    orBroken: (work) => (reason === undefined ? Promise.race([work(), broken]) : broken),
  };
}

/**
 * Puts a limit and a net around pg's listeners: its parser throws out of the socket's event on lengths that do not
 * fit, which would end the process.
 */
function guardListeners(stream: Socket, count: (chunk: Uint8Array) => void, fail: () => void): void {
  for (const listener of stream.listeners('data')) {
    stream.removeListener('data', listener as () => void);
    stream.on('data', (chunk: Uint8Array) => {
      count(chunk);
      if (stream.destroyed) return;
      try {
        listener.call(stream, chunk);
      } catch {
        fail();
      }
    });
  }
}

function tooLarge(where: string): AssayError {
  return new AssayError('ERR_TOO_LARGE', `expected a bounded answer from ${where}, got more bytes`, {
    remedy: 'check that the target is the server you mean: this much cannot be read in one answer',
  });
}
