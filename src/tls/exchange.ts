/**
 * How a connection ended: `complete` when the reader had what it wanted, else what the peer did: `closed` (FIN),
 * `reset` (RST), `timed-out` (connecting or reading), `unreachable` (no connection), `too-long` (over the byte cap).
 */
export type Ending = 'complete' | 'closed' | 'reset' | 'timed-out' | 'unreachable' | 'too-long';

/** How a connection ended, as transcripts say it. */
export const endsInWords: Readonly<Record<Ending, string>> = {
  complete: 'Certificate message read',
  closed: 'connection closed',
  reset: 'connection reset',
  'timed-out': 'no end in time',
  unreachable: 'no connection',
  'too-long': 'more bytes than a handshake has',
};

/** What came back on one connection, and how it ended. */
export interface Reply {
  readonly received: Uint8Array;
  readonly ended: Ending;
}

/** Fed each chunk once, in order; true when nothing more is wanted. */
export type Until = (chunk: Uint8Array) => boolean;

/** One thing to say on a connection, and when enough was heard. Sends nothing where `send` is empty. */
export interface Step {
  readonly send: Uint8Array;
  readonly until: Until;
  /** What of the reply is kept as evidence and judged; absent: all of it. Pure. */
  readonly keep?: (received: Uint8Array) => Uint8Array;
  /** Where silence is an answer: after so long the reply is `timed-out`, whatever the time limit. */
  readonly silenceMs?: number;
}

/**
 * What is said on one connection, sans-IO: yields steps and is fed what came back on each. Once a reply is not
 * `complete` the connection is gone, and every further step gets nothing and the same ending.
 */
export type Talk<T> = Generator<Step, T, Reply>;

/** One connection to make. */
export interface Dialogue<T> {
  /**
   * What it is for, as the transcript names it. Two dialogues with the same label on the same endpoint are the same
   * question: it is asked once.
   */
  readonly label: string;
  /** True where the bytes sent follow from others that are kept: evidence then holds their digest only. */
  readonly brief?: boolean;
  readonly talk: () => Talk<T>;
}

/** An inquiry that several others go on from: of one endpoint it is made once, and its result is theirs. */
export interface SharedInquiry<T> {
  /** Two with the same label are the same inquiry. */
  readonly label: string;
  readonly inquire: () => Probing<T>;
}

/** What an inquiry waits for. */
export type Asked = Dialogue<unknown> | SharedInquiry<unknown>;

/**
 * An inquiry over many connections, sans-IO: yields rounds of dialogues that may run at the same time and is fed their
 * results in the same order. The same replies and the same randomness give the same steps and the same result.
 */
export type Probing<T> = Generator<readonly Asked[], T, readonly unknown[]>;

/** Runs one round. */
export function* inParallel<T>(dialogues: readonly Dialogue<T>[]): Probing<readonly T[]> {
  return dialogues.length === 0 ? [] : ((yield dialogues) as readonly T[]);
}

/** The result of an inquiry that others make as well. */
export function* shared<T>(label: string, inquire: () => Probing<T>): Probing<T> {
  const [result] = yield [{ label, inquire }];
  return result as T;
}

/** Runs several inquiries at the same time, round by round. */
export function* together<T>(probings: readonly Probing<T>[]): Probing<readonly T[]> {
  const states = probings.map((probing) => probing.next());
  for (;;) {
    const rounds = states.map((state) => (state.done ? [] : state.value));
    if (states.every(({ done }) => done)) break;
    const results = yield rounds.flat();
    let from = 0;
    rounds.forEach((round, index) => {
      if (states[index]?.done) return;
      const own = results.slice(from, from + round.length);
      from += round.length;
      states[index] = (probings[index] as Probing<T>).next(own);
    });
  }
  return states.map(({ value }) => value as T);
}

/** Sends one message, and gives what came back. */
export function* say(step: Step): Talk<Reply> {
  return yield step;
}

/**
 * Random bytes for one purpose. An inquiry draws all its randomness from here, named by what it is for, so that it can
 * be replayed: the same label gives the same bytes.
 */
export type RandomSource = (label: string, length: number) => Uint8Array;
