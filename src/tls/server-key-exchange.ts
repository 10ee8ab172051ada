import { AssayError } from '../model/index.ts';
import { ByteReader } from './reader.ts';
import { groups } from './registry.ts';
import { type SuiteProperties, suiteProperties } from './suite-properties.ts';

/** What a ServerKeyExchange before TLS 1.3 says: of ECDHE the group, of DHE prime, generator and public key. */
export interface KeyExchangeSeen {
  readonly group?: number;
  readonly dh?: { readonly prime: Uint8Array; readonly generator: Uint8Array; readonly key: Uint8Array };
  /** TLS 1.2 alone names it. */
  readonly signatureScheme?: number;
}

/** Whether a suite brings a ServerKeyExchange with a group or a prime. */
export function bringsKeyExchange(name: string): boolean {
  return curveBased(suiteProperties(name)) || primeBased(suiteProperties(name));
}

/**
 * Reads a ServerKeyExchange (RFC 5246 §7.4.3, RFC 8422 §5.4; with a PSK identity hint in front RFC 4279 §2). Undefined
 * where it is malformed, or of a suite that negotiates neither.
 */
export function readKeyExchange(
  suite: string,
  version: number,
  body: Uint8Array,
): KeyExchangeSeen | undefined {
  try {
    return decode(suiteProperties(suite), version, new ByteReader(body));
  } catch (error) {
    if (error instanceof AssayError) return undefined;
    throw error;
  }
}

function decode(suite: SuiteProperties, version: number, reader: ByteReader): KeyExchangeSeen | undefined {
  if (suite.keyExchange.endsWith('PSK')) reader.vector(2);
  const parameters = curveBased(suite) ? curve(reader) : primeBased(suite) ? prime(reader) : undefined;
  if (parameters === undefined) return undefined;
  const signed = suite.authentication !== 'none' && suite.authentication !== 'PSK';
  if (version !== 0x0303 || !signed || parameters.explicit) return parameters.seen;
  return { ...parameters.seen, signatureScheme: reader.uint(2) };
}

interface Parameters {
  readonly seen: KeyExchangeSeen;
  /** Explicit curve parameters are not read to their end. */
  readonly explicit: boolean;
}

const curveType = { explicitPrime: 1, explicitChar2: 2, named: 3 };

function curve(reader: ByteReader): Parameters | undefined {
  const type = reader.uint(1);
  if (type === curveType.explicitPrime)
    return { seen: { group: groups.arbitrary_explicit_prime_curves }, explicit: true };
  if (type === curveType.explicitChar2)
    return { seen: { group: groups.arbitrary_explicit_char2_curves }, explicit: true };
  if (type !== curveType.named) return undefined;
  const group = reader.uint(2);
  reader.vector(1);
  return { seen: { group }, explicit: false };
}

function prime(reader: ByteReader): Parameters {
  const [prime, generator, key] = [reader.vector(2), reader.vector(2), reader.vector(2)].map(withoutZeros);
  const none = new Uint8Array();
  return {
    seen: { dh: { prime: prime ?? none, generator: generator ?? none, key: key ?? none } },
    explicit: false,
  };
}

function withoutZeros(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0);
  return first === -1 ? bytes.subarray(bytes.length) : bytes.subarray(first);
}

function curveBased({ keyExchange }: SuiteProperties): boolean {
  return keyExchange === 'ECDHE' || keyExchange === 'ECDHE-PSK';
}

function primeBased({ keyExchange }: SuiteProperties): boolean {
  return keyExchange === 'DHE' || keyExchange === 'DHE-PSK';
}
