import { setTimeout as wait } from 'node:timers/promises';
import { networkFailure } from './network-error.ts';
import { type Room, startRoom } from './room.ts';

/** How many connections are made, over all systems and to one host. All collectors share it. */
export interface Pace {
  /**
   * Waits for room to hold so many connections to one host at the same time; call what it gives once they are closed.
   * Who holds room asks for no more, see `Room`.
   *
   * @throws AssayError ERR_INTERRUPTED when the signal is aborted first
   */
  room(host: string, signal: AbortSignal, connections?: number): Promise<() => void>;
  /**
   * Waits until the rate allows one connection more.
   *
   * @throws AssayError ERR_INTERRUPTED when the signal is aborted first
   */
  turn(host: string, signal: AbortSignal): Promise<void>;
}

export interface PaceLimits {
  /** Connections a second over all hosts; absent: as fast as they come. */
  readonly maxRate?: number | undefined;
  /** Connections to one host at the same time. */
  readonly perHost: number;
}

/** A monotonic clock in milliseconds, and a wait that a signal ends. */
export interface PaceTime {
  now(): number;
  wait(durationMs: number, signal: AbortSignal): Promise<unknown>;
}

/** What a host gets at most at the same time, whatever is asked of it and on however many ports. */
export const connectionsPerHost = 8;

const realTime: PaceTime = {
  now: () => performance.now(),
  wait: (durationMs, signal) => wait(durationMs, undefined, { signal }),
};

export function startPace({ maxRate, perHost }: PaceLimits, time: PaceTime = realTime): Pace {
  const rooms = new Map<string, Room>();
  return {
    room: async (host, signal, connections = 1) => {
      const room = rooms.get(host) ?? startRoom(perHost);
      rooms.set(host, room);
      const leave = await room.enter(connections, host, signal);
      return () => {
        leave();
        if (room.empty) rooms.delete(host);
      };
    },
    turn: maxRate === undefined ? async () => undefined : evenly(1_000 / maxRate, time),
  };
}

/** One after the other at the same distance, never two at once: a burst is what a rate limit is there to avoid. */
function evenly(distanceMs: number, time: PaceTime): Pace['turn'] {
  let next = Number.NEGATIVE_INFINITY;
  return async (host, signal) => {
    if (signal.aborted) throw networkFailure('interrupted', host);
    const now = time.now();
    const at = Math.max(now, next);
    next = at + distanceMs;
    if (at <= now) return;
    try {
      await time.wait(at - now, signal);
    } catch {
      throw networkFailure('interrupted', host);
    }
  };
}

/** As much of a collector's context as says how fast it may go. */
interface Paced {
  readonly pace?: Pace | undefined;
  readonly signal: AbortSignal;
}

/** Makes one connection when it may be made, and gives its room back when `run` settles. */
export async function paced<T>({ pace, signal }: Paced, host: string, run: () => Promise<T>): Promise<T> {
  if (pace === undefined) return run();
  const leaveRoom = await pace.room(host, signal);
  try {
    await pace.turn(host, signal);
    return await run();
  } finally {
    leaveRoom();
  }
}
