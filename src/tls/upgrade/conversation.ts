import { Buffer } from 'node:buffer';
import { foreign, isForeign, type Preamble, preambleLimits, type Turn } from './preamble.ts';

/** What was said and what came back for it, in order. */
export interface Exchanged {
  readonly sent: Uint8Array;
  /** What of the answer was kept, and judged. */
  readonly received: Uint8Array;
  /** Of all of the answer. */
  readonly receivedBytes: number;
}

/** Where a preamble stands: `foreign` where the peer spoke something else. */
export type Standing<T> =
  | { readonly kind: 'talking' }
  | { readonly kind: 'done'; readonly result: T }
  | { readonly kind: 'foreign'; readonly why: string };

/**
 * Runs a preamble over chunks as they come, however they are cut. At most 16 KB and 256 messages are read; what came
 * after the last message is `rest`, for whoever speaks next.
 */
export class Conversation<T> {
  readonly exchanged: Exchanged[] = [];
  standing: Standing<T> = { kind: 'talking' };
  #received: Buffer = Buffer.alloc(0);
  #consumed = 0;
  #turn: Turn | undefined;
  readonly #preamble: Preamble<T>;
  #say: Uint8Array[] = [];

  constructor(preamble: Preamble<T>) {
    this.#preamble = preamble;
    this.#advance(() => preamble.next());
  }

  /** What is to be sent now, once. */
  takeSaid(): Uint8Array {
    const said = Buffer.concat(this.#say);
    this.#say = [];
    return said;
  }

  /** Takes what came; after it `standing`, `takeSaid` and `rest` tell how it goes on. */
  push(chunk: Uint8Array): void {
    const room = Math.max(0, preambleLimits.bytes - this.#consumed - this.#received.length);
    const talking = this.standing.kind === 'talking';
    this.#received = Buffer.concat([this.#received, talking ? chunk.subarray(0, room) : chunk]);
    const over = talking ? chunk.subarray(room) : chunk.subarray(0, 0);
    while (this.standing.kind === 'talking' && this.#readMessage());
    if (this.standing.kind === 'done') this.#received = Buffer.concat([this.#received, over]);
    else if (over.length > 0) this.#fail(foreign('at most 16 KB before TLS', 'more'));
  }

  /** What came and was not part of the preamble. */
  get rest(): Uint8Array {
    return this.#received;
  }

  #readMessage(): boolean {
    const turn = this.#turn;
    if (turn === undefined) return false;
    const length = this.#attempt(() => turn.message(this.#received));
    if (length === undefined) return false;
    const message = this.#received.subarray(0, length);
    this.#received = this.#received.subarray(length);
    this.#consumed += length;
    const kept = turn.keep?.(message) ?? message;
    this.exchanged.push({ sent: turn.say, received: Buffer.from(kept), receivedBytes: length });
    if (this.exchanged.length > preambleLimits.messages)
      this.#fail(foreign('an end', 'message after message'));
    else this.#advance(() => this.#preamble.next(kept));
    return true;
  }

  #advance(next: () => IteratorResult<Turn, T>): void {
    const step = this.#attempt(next);
    if (step === undefined) return;
    if (step.done) {
      this.standing = { kind: 'done', result: step.value };
      return;
    }
    this.#turn = step.value;
    this.#say.push(step.value.say);
  }

  #attempt<R>(work: () => R): R | undefined {
    try {
      return work();
    } catch (error) {
      this.#fail(error);
      return undefined;
    }
  }

  #fail(error: unknown): void {
    if (!isForeign(error)) throw error;
    this.standing = { kind: 'foreign', why: error.message };
  }
}
