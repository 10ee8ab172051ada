import { AssayError } from '../model/index.ts';

/** One DER value: its identifier octet, its content, and all its octets as they were signed. */
export interface Tlv {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly whole: Uint8Array;
}

/** Identifier octets (X.690 §8.1.2) of what is read here. */
export const tlvTag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  enumerated: 0x0a,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
} as const;

/** `[number]`, constructed or, as IMPLICIT strings are, primitive. */
export function contextTag(number: number, form: 'constructed' | 'primitive' = 'constructed'): number {
  return (form === 'constructed' ? 0xa0 : 0x80) | number;
}

/** Something signed that could not be read; the code is the same whatever part of it was at fault. */
export function signedDataError(expected: string, got: string, cause?: unknown): AssayError {
  return new AssayError('ERR_SIGNED_DATA_DECODE', `expected ${expected}, got ${got}`, {
    cause,
    remedy: 'Look at the bytes in the evidence: the server or the authority sent something malformed.',
  });
}

/**
 * Reads DER values one after another, without copying and without recursion: what was signed is needed octet by
 * octet, and lists of revoked certificates are long.
 */
export class TlvReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get ended(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** @throws AssayError ERR_SIGNED_DATA_DECODE where no whole value of definite length follows */
  next(): Tlv {
    const start = this.#at;
    const tag = this.#octet();
    if ((tag & 0x1f) === 0x1f) throw signedDataError('a tag below 31', 'a longer one');
    const length = this.#length();
    const content = this.#bytes.subarray(this.#at, this.#at + length);
    if (content.length < length) throw signedDataError(`${length} octets`, `${content.length}`);
    this.#at += length;
    return { tag, content, whole: this.#bytes.subarray(start, this.#at) };
  }

  /** The next value, which must have the tag. */
  take(tag: number): Tlv {
    const value = this.ended ? undefined : this.next();
    if (value?.tag === tag) return value;
    throw signedDataError(
      `a value with tag 0x${tag.toString(16)}`,
      value ? `0x${value.tag.toString(16)}` : 'none',
    );
  }

  /** The next value if it has the tag. */
  optional(tag: number): Tlv | undefined {
    return this.#bytes[this.#at] === tag ? this.next() : undefined;
  }

  /** @throws AssayError ERR_SIGNED_DATA_DECODE where something is left */
  end(): void {
    if (!this.ended) throw signedDataError('the end', `${this.#bytes.length - this.#at} more octets`);
  }

  #octet(): number {
    const octet = this.#bytes[this.#at];
    if (octet === undefined) throw signedDataError('one more octet', 'the end');
    this.#at++;
    return octet;
  }

  #length(): number {
    const first = this.#octet();
    if (first < 0x80) return first;
    const count = first & 0x7f;
    if (count === 0 || count > 4) throw signedDataError('a definite length of at most 4 octets', `${count}`);
    let length = 0;
    for (let index = 0; index < count; index++) length = length * 256 + this.#octet();
    return length;
  }
}

/** The only value in some octets, which must have the tag. */
export function onlyTlv(bytes: Uint8Array, tag: number): Tlv {
  const reader = new TlvReader(bytes);
  const value = reader.take(tag);
  reader.end();
  return value;
}

/** A reader of the members of a SEQUENCE that stands alone. */
export function sequenceReader(bytes: Uint8Array): TlvReader {
  return new TlvReader(onlyTlv(bytes, tlvTag.sequence).content);
}

/** All values in some octets, at most `limit`. */
export function tlvList(bytes: Uint8Array, limit: number): Tlv[] {
  const reader = new TlvReader(bytes);
  const values: Tlv[] = [];
  while (!reader.ended) {
    if (values.length === limit) throw signedDataError(`at most ${limit} values`, 'more');
    values.push(reader.next());
  }
  return values;
}
