import { networkFailure } from './network-error.ts';

/** Room for so many at the same time. */
export interface Room {
  /** Nobody is in it, and nobody waits. */
  readonly empty: boolean;
  /**
   * Waits for so much of it, in order of arrival: who needs much is not overtaken by those who need little. Call what
   * it gives when it is over. Who holds some asks for no more: two who wait for each other would wait for ever.
   *
   * @param where what is waited for, for the message
   * @throws AssayError ERR_INTERRUPTED when the signal is aborted first
   */
  enter(wanted: number, where: string, signal: AbortSignal): Promise<() => void>;
}

interface Waiter {
  readonly wanted: number;
  readonly admit: () => void;
}

export function startRoom(capacity: number): Room {
  const waiting: Waiter[] = [];
  let free = capacity;
  const admitNext = (): void => {
    for (let next = waiting[0]; next !== undefined && free >= next.wanted; next = waiting[0]) {
      waiting.shift();
      free -= next.wanted;
      next.admit();
    }
  };
  const wait = (wanted: number, where: string, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const stop = (): void => {
        waiting.splice(waiting.indexOf(waiter), 1);
        // Who stood behind may need less than who has left.
        admitNext();
        reject(networkFailure('interrupted', where));
      };
      const admit = (): void => {
        signal.removeEventListener('abort', stop);
        resolve();
      };
      const waiter = { wanted, admit };
      waiting.push(waiter);
      signal.addEventListener('abort', stop, { once: true });
      admitNext();
    });
  return {
    get empty() {
      return free === capacity && waiting.length === 0;
    },
    enter: async (wanted, where, signal) => {
      if (signal.aborted) throw networkFailure('interrupted', where);
      const taken = Math.min(wanted, capacity);
      await wait(taken, where, signal);
      let left = false;
      return () => {
        if (left) return;
        left = true;
        free += taken;
        admitNext();
      };
    },
  };
}
