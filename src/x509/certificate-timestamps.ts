import { Buffer } from 'node:buffer';
import { signedDataError } from './tlv.ts';

/** A SignedCertificateTimestamp (RFC 6962 §3.2), read but not judged. */
export interface CertificateTimestamp {
  /** SHA-256 of the log's key, hexadecimal. */
  readonly logId: string;
  /** UTC, RFC 3339. */
  readonly at: string;
  /** The eight octets as signed. */
  readonly time: Uint8Array;
  readonly extensions: Uint8Array;
  /** Codes of the TLS registries HashAlgorithm and SignatureAlgorithm. */
  readonly hash: number;
  readonly algorithm: number;
  readonly signature: Uint8Array;
}

/** More than any certificate carries. */
const maxTimestamps = 50;
/** The last instant that a JavaScript date holds. */
const maxTimeMs = 8_640_000_000_000_000n;

/**
 * Reads a SignedCertificateTimestampList. A timestamp of a later version is left out, as it has to be.
 *
 * @throws AssayError ERR_SIGNED_DATA_DECODE for a malformed one
 */
export function readTimestamps(bytes: Uint8Array): CertificateTimestamp[] {
  const outer = new Octets(bytes);
  const list = new Octets(outer.vector());
  outer.end();
  const timestamps: CertificateTimestamp[] = [];
  for (let count = 0; !list.ended; count++) {
    if (count === maxTimestamps) throw signedDataError(`at most ${maxTimestamps} timestamps`, 'more');
    const one = list.vector();
    if (one[0] === 0) timestamps.push(readTimestamp(one));
  }
  return timestamps;
}

function readTimestamp(bytes: Uint8Array): CertificateTimestamp {
  const octets = new Octets(bytes);
  octets.take(1);
  const logId = Buffer.from(octets.take(32)).toString('hex');
  const time = octets.take(8);
  const extensions = octets.vector();
  const [hash = 0, algorithm = 0] = octets.take(2);
  const signature = octets.vector();
  octets.end();
  const timeMs = Buffer.from(time).readBigUInt64BE();
  if (timeMs > maxTimeMs) throw signedDataError('a time that exists', `${timeMs} ms`);
  return { logId, at: new Date(Number(timeMs)).toISOString(), time, extensions, hash, algorithm, signature };
}

/** TLS presentation language: vectors have their length in two octets in front. */
class Octets {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get ended(): boolean {
    return this.#at === this.#bytes.length;
  }

  take(length: number): Uint8Array {
    const taken = this.#bytes.subarray(this.#at, this.#at + length);
    if (taken.length < length) throw signedDataError(`${length} octets`, `${taken.length}`);
    this.#at += length;
    return taken;
  }

  vector(): Uint8Array {
    const [high = 0, low = 0] = this.take(2);
    return this.take(high * 256 + low);
  }

  end(): void {
    if (!this.ended) throw signedDataError('the end', `${this.#bytes.length - this.#at} more octets`);
  }
}
