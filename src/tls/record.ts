import { ByteQueue } from './reader.ts';
import { alerts, contentType } from './registry.ts';

/** RFC 5246 §6.2.3: 2^14 bytes of content and at most 2048 of expansion. */
const recordCapBytes = 2 ** 14 + 2048;
/** Longer messages are attacks on the reader: a certificate message of a real server is a few KB. */
const messageCapBytes = 128 * 1024;

export interface HandshakeMessage {
  readonly type: number;
  readonly body: Uint8Array;
}

/** What ended a flight before it was whole. */
export type FlightEnd =
  | { readonly kind: 'alert'; readonly name: string }
  /** `foreign`: no TLS record at all; otherwise TLS that breaks its rules. */
  | { readonly kind: 'broken'; readonly foreign: boolean; readonly why: string };

/**
 * Reads what a server sends in the clear after a hello, however it is cut into records and packets (RFC 8446 §5.1,
 * RFC 5246 §6.2.1). Warning alerts are noted and passed over. Push never throws.
 */
export class FlightReader {
  readonly messages: HandshakeMessage[] = [];
  readonly warnings: string[] = [];
  end: FlightEnd | undefined;
  readonly #records = new ByteQueue();
  readonly #handshake = new ByteQueue();
  readonly #alert = new ByteQueue();
  #seenRecord = false;

  /** True when the connection ended inside a record or message. */
  get partial(): boolean {
    return this.#records.length + this.#handshake.length + this.#alert.length > 0;
  }

  push(chunk: Uint8Array): void {
    this.#records.push(chunk);
    while (this.end === undefined && this.#readRecord());
  }

  #readRecord(): boolean {
    const records = this.#records;
    if (!this.#headerIsTls()) {
      const why = this.#seenRecord ? 'bytes that are no TLS record' : 'something other than TLS';
      this.end = { kind: 'broken', foreign: !this.#seenRecord, why };
      return false;
    }
    if (records.length < 5 || records.length < 5 + records.uint16(3)) return false;
    const type = records.at(0);
    const fragment = records.take(5 + records.uint16(3)).subarray(5);
    this.#seenRecord = true;
    if (type === contentType.handshake) this.#readHandshake(fragment);
    if (type === contentType.alert) this.#readAlert(fragment);
    return true;
  }

  #headerIsTls(): boolean {
    const { length } = this.#records;
    const type = this.#records.at(0);
    if (length >= 1 && (type < contentType.changeCipherSpec || type > contentType.heartbeat)) return false;
    if (length >= 2 && this.#records.at(1) !== 3) return false;
    return length < 5 || this.#records.uint16(3) <= recordCapBytes;
  }

  #readHandshake(fragment: Uint8Array): void {
    const queue = this.#handshake;
    queue.push(fragment);
    while (queue.length >= 4) {
      const length = queue.at(1) * 65_536 + queue.uint16(2);
      if (length > messageCapBytes) {
        this.end = { kind: 'broken', foreign: false, why: `a handshake message of ${length} bytes` };
        return;
      }
      if (queue.length < 4 + length) return;
      const message = queue.take(4 + length);
      this.messages.push({ type: message[0] ?? 0, body: message.subarray(4) });
    }
  }

  #readAlert(fragment: Uint8Array): void {
    this.#alert.push(fragment);
    while (this.#alert.length >= 2 && this.end === undefined) {
      const [level, description] = this.#alert.take(2);
      const name = alerts.get(description ?? -1);
      if (name === undefined || (level !== 1 && level !== 2)) {
        this.end = { kind: 'broken', foreign: false, why: 'an alert that is not registered' };
      } else if (level === 1 && name !== 'close_notify') {
        this.warnings.push(name);
      } else {
        this.end = { kind: 'alert', name };
      }
    }
  }
}
