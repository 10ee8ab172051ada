import { AssayError } from '../model/index.ts';

/** A cursor over bytes that a server sent. Every read past the end throws `ERR_TLS_DECODE`. */
export class ByteReader {
  #offset = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  /** An unsigned integer of `size` bytes (1 to 4), most significant byte first. */
  uint(size: number): number {
    return this.take(size).reduce((value, byte) => value * 256 + byte, 0);
  }

  take(length: number): Uint8Array {
    if (length > this.remaining) {
      throw new AssayError('ERR_TLS_DECODE', `expected ${length} more bytes, got ${this.remaining}`);
    }
    this.#offset += length;
    return this.#bytes.subarray(this.#offset - length, this.#offset);
  }

  /** A vector: its length in `lengthSize` bytes, then as many bytes. */
  vector(lengthSize: number): Uint8Array {
    return this.take(this.uint(lengthSize));
  }
}

const none = new Uint8Array();

/** Bytes that arrive in pieces and are taken from the front; taking and adding cost no more than the bytes do. */
export class ByteQueue {
  #bytes: Uint8Array = none;
  #start = 0;
  #end = 0;

  get length(): number {
    return this.#end - this.#start;
  }

  push(chunk: Uint8Array): void {
    if (this.#end + chunk.length > this.#bytes.length) this.#makeRoom(chunk.length);
    this.#bytes.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /** The byte at `index` from the front. The caller looks at `length` first. */
  at(index: number): number {
    return this.#bytes[this.#start + index] ?? 0;
  }

  uint16(index: number): number {
    return this.at(index) * 256 + this.at(index + 1);
  }

  /** Removes and returns a copy of the first `length` bytes. */
  take(length: number): Uint8Array {
    const taken = this.#bytes.slice(this.#start, this.#start + length);
    this.#start += taken.length;
    return taken;
  }

  #makeRoom(wanted: number): void {
    const room = new Uint8Array(Math.max(this.#bytes.length, 2 * (this.length + wanted)));
    room.set(this.#bytes.subarray(this.#start, this.#end));
    this.#end -= this.#start;
    this.#start = 0;
    this.#bytes = room;
  }
}
