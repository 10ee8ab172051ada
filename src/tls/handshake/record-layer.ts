import { Buffer } from 'node:buffer';
import { AssayError } from '../../model/index.ts';
import { ByteQueue } from '../reader.ts';
import type { HandshakeMessage } from '../record.ts';
import { alerts, contentType } from '../registry.ts';

/** RFC 5246 §6.2.3: 2^14 bytes of content and at most 2048 of expansion. */
const recordCapBytes = 2 ** 14 + 2048;
/** Longer messages are attacks on the reader: a certificate message of a real server is a few KB. */
const messageCapBytes = 128 * 1024;
/** Of all that is read on one connection. */
const flightCapBytes = 256 * 1024;
const headerBytes = 5;
const lengthOffset = 3;
const withoutContent = new Uint8Array(2);

/** What a record carries; `type` is the one under the protection, where there is one. */
export interface Content {
  readonly type: number;
  readonly content: Uint8Array;
}

/** Takes off the protection of a record (header included). Throws ERR_TLS_DECRYPT for what its keys do not open. */
export type Opener = (record: Uint8Array) => Content;

/** One thing that a server said. */
export type Said =
  | { readonly kind: 'message'; readonly message: HandshakeMessage }
  | { readonly kind: 'alert'; readonly fatal: boolean; readonly name: string }
  | { readonly kind: 'change-cipher-spec' }
  | { readonly kind: 'application-data' }
  /** `foreign`: no TLS record at all; otherwise TLS that breaks its rules. Nothing comes after it. */
  | { readonly kind: 'broken'; readonly foreign: boolean; readonly why: string };

/**
 * Reads what a server says one thing at a time, so that whoever reads can change the keys between two of them: set
 * `open`, and every later record is opened with it. Push and next never throw.
 */
export class RecordLayer {
  open: Opener | undefined;
  /** Bytes pushed. */
  length = 0;
  readonly #records = new ByteQueue();
  readonly #handshake = new ByteQueue();
  readonly #alert = new ByteQueue();
  readonly #ahead: Said[] = [];
  #taken = 0;
  /** Where in the stream records with data of the application lie. */
  readonly #data: { readonly start: number; readonly end: number }[] = [];
  /** What broke it are bytes that are no record. */
  #endsInOther = false;
  #broken: Extract<Said, { kind: 'broken' }> | undefined;

  push(chunk: Uint8Array): void {
    this.length += chunk.length;
    if (this.length > flightCapBytes) this.#breaks('more bytes than a handshake has');
    else this.#records.push(chunk);
  }

  /** Whether a record has begun and is not whole. */
  get partial(): boolean {
    return this.#broken === undefined && this.#records.length > 0;
  }

  /**
   * What evidence may hold of what came from an offset on: whole records as far as they are read, of one with data of the
   * application its header alone, with a length of zero, and of what is no TLS only enough to show that.
   *
   * @param over nothing more will be read, so that nothing more is kept
   */
  quotable(received: Uint8Array, offset: number, over: boolean): Uint8Array {
    if (this.#broken?.foreign === true) return received.subarray(0, headerBytes);
    const kept: Uint8Array[] = [];
    let from = 0;
    for (const { start, end } of this.#data.filter(({ start }) => start >= offset)) {
      kept.push(received.subarray(from, start - offset + lengthOffset), withoutContent);
      from = end - offset;
    }
    const end = (over && !this.#endsInOther ? this.#taken : this.#quotableEnd()) - offset;
    return Buffer.concat([...kept, received.subarray(from, Math.max(from, end))]);
  }

  /** Where in the stream that ends which is or will be read. */
  #quotableEnd(): number {
    const { length } = this.#records;
    if (this.#broken !== undefined && !this.#endsInOther) return this.#taken;
    for (let at = 0; ; ) {
      const foreign = this.#foreignBytes(at);
      if (foreign !== undefined) return this.#taken + at + foreign;
      const end = at + headerBytes + this.#records.uint16(at + lengthOffset);
      // What the keys have not opened may be data.
      if (length < at + headerBytes || length < end)
        return this.#taken + (this.open === undefined ? length : Math.min(length, at + headerBytes));
      at = end;
    }
  }

  /** Reads all that was pushed, for `next` to give: what is quotable of it is then known. */
  lookAhead(): void {
    while (this.#broken === undefined) {
      const said = this.#read();
      if (said === undefined) return;
      this.#ahead.push(said);
    }
  }

  /** The next thing said; undefined while more bytes are needed. */
  next(): Said | undefined {
    return this.#ahead.shift() ?? this.#read();
  }

  #read(): Said | undefined {
    for (;;) {
      if (this.#broken !== undefined) return this.#broken;
      const said = this.#alertSaid() ?? this.#messageSaid();
      if (said !== undefined) return said;
      const record = this.#record();
      if (record === undefined) {
        if (this.#broken !== undefined) continue;
        return undefined;
      }
      const other = this.#take(record);
      if (other !== undefined) return other;
    }
  }

  #take(record: Uint8Array): Said | undefined {
    const { type, content } = this.#opened(record);
    if (type === contentType.applicationData && record.length > headerBytes)
      this.#data.push({ start: this.#taken - record.length, end: this.#taken });
    if (type === contentType.handshake) this.#handshake.push(content);
    if (type === contentType.alert) this.#alert.push(content);
    if (type === contentType.changeCipherSpec) return { kind: 'change-cipher-spec' };
    return type === contentType.applicationData ? { kind: 'application-data' } : undefined;
  }

  #opened(record: Uint8Array): Content {
    const clear = { type: record[0] ?? 0, content: record.subarray(headerBytes) };
    if (this.open === undefined) return clear;
    try {
      return this.open(record);
    } catch (error) {
      if (!(error instanceof AssayError)) throw error;
      this.#breaks('a record that the keys of the handshake do not open');
      return { type: 0, content: new Uint8Array(0) };
    }
  }

  /** A whole record, header included. */
  #record(): Uint8Array | undefined {
    const records = this.#records;
    if (this.#foreignBytes(0) !== undefined) {
      this.#endsInOther = true;
      this.#breaks(this.#taken > 0 ? 'bytes that are no TLS record' : 'something other than TLS');
      return undefined;
    }
    if (records.length < headerBytes || records.length < headerBytes + records.uint16(3)) return undefined;
    const record = records.take(headerBytes + records.uint16(3));
    this.#taken += record.length;
    return record;
  }

  /** How many bytes from here on show that they are no record; undefined where they do not. */
  #foreignBytes(at: number): number | undefined {
    const length = this.#records.length - at;
    const type = this.#records.at(at);
    if (length >= 1 && (type < contentType.changeCipherSpec || type > contentType.heartbeat)) return 1;
    if (length >= 2 && this.#records.at(at + 1) !== 3) return 2;
    return length >= headerBytes && this.#records.uint16(at + lengthOffset) > recordCapBytes
      ? headerBytes
      : undefined;
  }

  #messageSaid(): Said | undefined {
    const queue = this.#handshake;
    if (queue.length < 4) return undefined;
    const length = queue.at(1) * 65_536 + queue.uint16(2);
    if (length > messageCapBytes) return this.#breaks(`a handshake message of ${length} bytes`);
    if (queue.length < 4 + length) return undefined;
    const message = queue.take(4 + length);
    return { kind: 'message', message: { type: message[0] ?? 0, body: message.subarray(4) } };
  }

  #alertSaid(): Said | undefined {
    if (this.#alert.length < 2) return undefined;
    const [level, description] = this.#alert.take(2);
    const name = alerts.get(description ?? -1);
    if (name === undefined || (level !== 1 && level !== 2)) {
      return this.#breaks('an alert that is not registered');
    }
    return { kind: 'alert', fatal: level === 2, name };
  }

  #breaks(why: string): Said {
    this.#broken = { kind: 'broken', foreign: this.#taken === 0, why };
    return this.#broken;
  }
}
