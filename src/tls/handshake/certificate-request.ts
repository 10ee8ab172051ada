import { AssayError } from '../../model/index.ts';
import { decodeExtensions } from '../extensions.ts';
import { ByteReader } from '../reader.ts';
import { extensionType } from '../registry.ts';

/** That a server asks its client for a certificate, and for which. */
export interface CertificateRequest {
  /** Comes back with the answer; empty before TLS 1.3. */
  readonly context: Uint8Array;
  /** Distinguished names of the CAs it accepts, DER; empty: it names none. Of more than 256 the first. */
  readonly authorities: readonly Uint8Array[];
  /** How many it named. */
  readonly authoritiesTotal: number;
  readonly signatureSchemes: readonly number[];
}

const keptAuthorities = 256;
/** The names of a message are bounded by its length alone; an empty name has two bytes. */
const none = new Uint8Array([0, 0]);

/** RFC 8446 §4.3.2. Throws ERR_TLS_DECODE for anything malformed. */
export function decodeCertificateRequest13(body: Uint8Array): CertificateRequest {
  const message = new ByteReader(body);
  const context = message.vector(1);
  const extensions = decodeExtensions(message);
  const schemes = extensions.get(extensionType.signatureAlgorithms) ?? none;
  const authorities = extensions.get(extensionType.certificateAuthorities) ?? none;
  const names = new ByteReader(authorities).vector(2);
  return { context, ...requestOf(names, new ByteReader(schemes).vector(2)) };
}

/** RFC 5246 §7.4.4 and, without signature algorithms, RFC 4346 §7.4.4. Throws ERR_TLS_DECODE. */
export function decodeCertificateRequest12(
  body: Uint8Array,
  withSignatureAlgorithms: boolean,
): CertificateRequest {
  const message = new ByteReader(body);
  message.vector(1);
  const schemes = withSignatureAlgorithms ? message.vector(2) : new Uint8Array(0);
  return { context: new Uint8Array(0), ...requestOf(message.vector(2), schemes) };
}

function requestOf(names: Uint8Array, schemes: Uint8Array): Omit<CertificateRequest, 'context'> {
  const reader = new ByteReader(names);
  const authorities: Uint8Array[] = [];
  let authoritiesTotal = 0;
  for (; reader.remaining > 0; authoritiesTotal++) {
    const name = reader.vector(2);
    if (authorities.length < keptAuthorities) authorities.push(name);
  }
  return { authorities, authoritiesTotal, signatureSchemes: uint16s(schemes) };
}

function uint16s(bytes: Uint8Array): number[] {
  if (bytes.length % 2 !== 0)
    throw new AssayError('ERR_TLS_DECODE', `expected pairs of bytes, got ${bytes.length} bytes`);
  return Array.from(
    { length: bytes.length / 2 },
    (_, index) => (bytes[2 * index] ?? 0) * 256 + (bytes[2 * index + 1] ?? 0),
  );
}
