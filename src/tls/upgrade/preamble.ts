import { AssayError } from '../../model/index.ts';

/** One thing to say, and how much of what comes back is waited for. Says nothing where `say` is empty. */
export interface Turn {
  readonly say: Uint8Array;
  /**
   * Length in bytes of the whole message that what came begins with; undefined while it is not whole. Throws what
   * `foreign` makes where it never will be one.
   */
  readonly message: (received: Uint8Array) => number | undefined;
  /** What of the message is kept as evidence and judged; absent: all of it. Pure. */
  readonly keep?: (message: Uint8Array) => Uint8Array;
}

/**
 * What is said in the clear before TLS, sans-IO: yields turns and is fed one message for each. No randomness: what it
 * says follows from what it heard.
 */
export type Preamble<T> = Generator<Turn, T, Uint8Array>;

/** Bytes in the clear that are read at most, and messages; no server has so much to say before TLS. */
export const preambleLimits = { bytes: 16 * 1024, messages: 256 } as const;

export const nothing = new Uint8Array(0);

const foreignCode = 'ERR_STARTTLS_DECODE';

/** The peer speaks something else than what was expected of it. Never repeats what it sent. */
export function foreign(expected: string, got: string): AssayError {
  return new AssayError(foreignCode, `expected ${expected}, got ${got}`);
}

export function isForeign(error: unknown): error is AssayError {
  return error instanceof AssayError && error.code === foreignCode;
}

/** Exactly so many bytes. */
export const bytesOf =
  (length: number) =>
  (received: Uint8Array): number | undefined =>
    received.length < length ? undefined : length;
