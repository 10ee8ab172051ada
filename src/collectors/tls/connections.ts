import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { AssayError } from '../../model/index.ts';
import type { Entrance, Stage } from '../channel.ts';
import type { CollectContext } from '../collector.ts';
import { beforeTls } from '../entrance-error.ts';
import { consequenceOf, gapMs, type Lanes, type Outcome, startLanes } from '../lanes.ts';
import { networkError, networkFailure } from '../network-error.ts';
import { paced } from '../pace.ts';
import { startRoom } from '../room.ts';

/** How many there are at the same time, as long as the server does not mind. */
const connectionsAtOnce = 4;

/**
 * How many there are in one look, at most. A server that takes every suite of OpenSSL 1.0.2 in every version needs
 * about 400; what needs more is reported as not wholly seen.
 */
export const connectionsAtMost = 800;

/** One address, and for how long it is looked at. */
export interface Link {
  readonly address: string;
  readonly port: number;
  /** The endpoint in words, for messages. */
  readonly where: string;
  readonly context: CollectContext;
  /** What lies before TLS. */
  readonly entrance: Entrance;
  /** How many connections are made, and what is wrong with one more. */
  readonly most: { readonly connections: number; readonly error: () => Error };
  readonly closing: AbortSignal;
}

/** What is done on a connection. It is done anew, from the beginning, where the connection is made again. */
export interface Use<T> {
  readonly on: (socket: Socket, reached: (stage: Stage) => void) => Promise<T>;
  /** Did any byte come back? Absent: not known, so that a connection that ends is not made again. */
  readonly heard?: () => boolean;
}

/** The connections of one look at one endpoint: so many at the same time as it takes, at the scan's pace. */
export interface Connections {
  readonly made: number;
  /** @throws AssayError for what the network did, and ERR_INTERRUPTED */
  open<T>(use: Use<T>): Promise<T>;
}

type Ended<T> =
  | { readonly kind: 'value'; readonly value: T }
  | { readonly kind: 'error'; readonly error: Error }
  /** Not made yet: it goes back into the queue, to be made alone. */
  | { readonly kind: 'not-made' }
  | { readonly kind: 'again' };

export function startConnections(link: Link): Connections {
  const { address, where, context } = link;
  const signal = AbortSignal.any([context.signal, link.closing]);
  const room = startRoom(connectionsAtOnce);
  const state = { lanes: startLanes(connectionsAtOnce), quietUntilMs: 0, standing: 0, made: 0 };
  const inTurn = async <T>(use: Use<T>, again: boolean): Promise<Ended<T>> => {
    const alone = again || state.lanes.atOnce === 1;
    const leave = await room.enter(alone ? connectionsAtOnce : 1, where, signal);
    try {
      // While it waited, it may have been found out that the server wants one at a time, or that it is gone.
      if (!alone && state.lanes.atOnce === 1) return { kind: 'not-made' };
      if (state.lanes.gone) return { kind: 'error', error: networkFailure('unreachable', where) };
      await quiet(state.quietUntilMs - performance.now(), where, signal);
      return await paced({ pace: context.pace, signal }, address, () =>
        once(link, signal, state, use, again),
      );
    } finally {
      leave();
    }
  };
  return {
    get made() {
      return state.made;
    },
    open: async (use) => {
      let ended = await inTurn(use, false);
      while (ended.kind === 'not-made' || ended.kind === 'again')
        ended = await inTurn(use, ended.kind === 'again');
      if (ended.kind === 'error') throw ended.error;
      return ended.value;
    },
  };
}

interface State {
  lanes: Lanes;
  quietUntilMs: number;
  standing: number;
  made: number;
}

async function once<T>(
  link: Link,
  signal: AbortSignal,
  state: State,
  use: Use<T>,
  again: boolean,
): Promise<Ended<T>> {
  if (state.made >= link.most.connections) return { kind: 'error', error: link.most.error() };
  const begun = state.lanes;
  state.made += 1;
  const before = state.standing++;
  let stood = false;
  const ended = await connected(link, signal, use.on, () => {
    stood = true;
  }).then<Ended<T>, Ended<T>>(
    (value) => ({ kind: 'value', value }),
    (error: Error) => ({ kind: 'error', error }),
  );
  state.standing -= 1;
  const outcome = outcomeOf(ended.kind === 'error' ? ended.error : undefined, stood, use.heard?.());
  if (outcome === undefined) return ended;
  const company = Math.max(before, state.standing);
  const { lanes, againAfterMs } = consequenceOf(state.lanes, { outcome, begun, company, again });
  state.lanes = lanes;
  const quietMs = againAfterMs ?? (lanes.atOnce === 1 ? gapMs : 0);
  state.quietUntilMs = Math.max(state.quietUntilMs, performance.now() + quietMs);
  return againAfterMs === undefined ? ended : { kind: 'again' };
}

/** Undefined: it says nothing of the server. */
function outcomeOf(
  error: Error | undefined,
  stood: boolean,
  heard: boolean | undefined,
): Outcome | undefined {
  if (error === undefined) return heard === false ? 'cut' : 'answered';
  const code = error instanceof AssayError ? error.code : undefined;
  if (code === undefined || !ofTheServer.has(code)) return undefined;
  if (!stood) return 'refused';
  if (heard === true) return 'answered';
  if (code === 'ERR_TIMEOUT') return 'silent';
  return heard === false ? 'cut' : undefined;
}

const ofTheServer: ReadonlySet<string> = new Set([
  'ERR_UNREACHABLE',
  'ERR_TIMEOUT',
  'ERR_RESET',
  'ERR_CLOSED',
]);

async function quiet(durationMs: number, where: string, signal: AbortSignal): Promise<void> {
  if (durationMs <= 0) return;
  try {
    await wait(durationMs, undefined, { signal });
  } catch {
    throw networkFailure('interrupted', where);
  }
}

async function connected<T>(
  { address, port, where, context, entrance: { proxy, starttls } }: Link,
  stopped: AbortSignal,
  use: Use<T>['on'],
  onConnect: () => void,
): Promise<T> {
  if (stopped.aborted) throw networkFailure('interrupted', where);
  let stage: Stage = proxy ? 'proxy' : starttls ? 'preamble' : 'tls';
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
      const onClose = (): void => fail(networkFailure('closed', where));
      socket.on('error', fail);
      socket.once('close', onClose);
      const reached = (next: Stage): void => {
        stage = next;
      };
      socket.once('connect', () => {
        onConnect();
        use(socket, reached)
          // That it closes then is no failure, which would cost a stack trace each.
          .finally(() => socket.off('close', onClose))
          .then(resolve, reject);
      });
    });
  } catch (error) {
    throw networkError(error, where);
  } finally {
    clearTimeout(deadline);
    stopped.removeEventListener('abort', stop);
    socket.destroy();
  }
}
