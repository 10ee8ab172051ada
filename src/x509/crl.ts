import { Buffer } from 'node:buffer';
import { type RawExtension, rawExtensions } from './certificate-fields.ts';
import { decodeDer } from './der.ts';
import { type SignedData, signedData } from './signed-data.ts';
import { readTime } from './time.ts';
import { contextTag, sequenceReader, signedDataError, type Tlv, TlvReader, tlvTag } from './tlv.ts';

/** A CertificateList (RFC 5280 §5.1), read but not judged. Times are RFC 3339 UTC. */
export interface RevocationList {
  readonly signed: SignedData;
  /** The whole Name. */
  readonly issuer: Uint8Array;
  readonly thisUpdate: string;
  readonly nextUpdate?: string;
  readonly extensions: readonly RawExtension[];
  /** The whole list of revoked certificates, which may be long; undefined: there are none. */
  readonly revoked: Uint8Array | undefined;
}

/** An entry of a list: `revokedCertificates`. */
export interface RevokedCertificate {
  readonly at: string;
  readonly extensions: readonly RawExtension[];
}

/** Public authorities shard their lists below this; without a limit an authority could fill the memory. */
const maxListBytes = 64 * 1024 * 1024;

/**
 * Reads a list of revoked certificates from its DER; the entries are looked at when one is asked for.
 *
 * @throws AssayError ERR_SIGNED_DATA_DECODE or ERR_CERTIFICATE for whatever is not one
 */
export function readRevocationList(der: Uint8Array): RevocationList {
  if (der.length > maxListBytes)
    throw signedDataError(`a list of at most ${maxListBytes} octets`, `${der.length}`);
  const list = sequenceReader(der);
  const body = list.take(tlvTag.sequence);
  const algorithm = list.take(tlvTag.sequence).whole;
  const signature = list.take(tlvTag.bitString).content;
  list.end();
  return { signed: signedData(body.whole, algorithm, signature), ...readBody(body) };
}

function readBody({ content }: Tlv): Omit<RevocationList, 'signed'> {
  const body = new TlvReader(content);
  body.optional(tlvTag.integer);
  body.take(tlvTag.sequence);
  const issuer = body.take(tlvTag.sequence).whole;
  const thisUpdate = instant(body.next());
  const next = body.optional(tlvTag.utcTime) ?? body.optional(tlvTag.generalizedTime);
  const revoked = body.optional(tlvTag.sequence)?.content;
  const extensions = body.optional(contextTag(0));
  body.end();
  return {
    issuer,
    thisUpdate,
    ...(next === undefined ? {} : { nextUpdate: instant(next) }),
    extensions: extensions === undefined ? [] : rawExtensions(extensions.content),
    revoked,
  };
}

/**
 * The entry of a serial number (octets of the INTEGER, hexadecimal). The whole list is read to its end, so that a
 * malformed one is no proof of anything.
 *
 * @throws AssayError ERR_SIGNED_DATA_DECODE or ERR_CERTIFICATE for a malformed list
 */
export function findRevoked({ revoked }: RevocationList, serial: string): RevokedCertificate | undefined {
  if (revoked === undefined) return undefined;
  const wanted = Buffer.from(serial, 'hex');
  const entries = new TlvReader(revoked);
  let found: RevokedCertificate | undefined;
  while (!entries.ended) {
    const entry = new TlvReader(entries.take(tlvTag.sequence).content);
    const isWanted = Buffer.compare(entry.take(tlvTag.integer).content, wanted) === 0;
    if (isWanted) found ??= readEntry(entry);
  }
  return found;
}

function readEntry(entry: TlvReader): RevokedCertificate {
  const at = instant(entry.next());
  const extensions = entry.optional(tlvTag.sequence);
  entry.end();
  return { at, extensions: extensions === undefined ? [] : rawExtensions(extensions.whole) };
}

function instant({ whole }: Tlv): string {
  return readTime(decodeDer(whole));
}
