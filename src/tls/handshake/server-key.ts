import { Buffer } from 'node:buffer';
import { constants, publicEncrypt } from 'node:crypto';
import { ByteReader } from '../reader.ts';
import { type Group, groups } from '../registry.ts';
import { uint, vector } from '../writer.ts';
import { Breach } from './breach.ts';
import { curveAgreement } from './curves.ts';
import { diffieHellmanAgreement } from './finite-field.ts';
import { publicKeyOf } from './signature.ts';

/** The server's half of a key exchange before TLS 1.3. */
export type ServerKey =
  | { readonly kind: 'curve'; readonly group: number; readonly point: Uint8Array }
  | {
      readonly kind: 'finite-field';
      readonly prime: Uint8Array;
      readonly generator: Uint8Array;
      readonly key: Uint8Array;
    };

/** A ServerKeyExchange: the key, the bytes that are signed, and the signature after them. */
export interface ServerKeyExchange {
  readonly key: ServerKey;
  readonly signed: Uint8Array;
  /** Only TLS 1.2 names it. */
  readonly scheme: number | undefined;
  readonly signature: Uint8Array;
}

const namedCurve = 3;

/** RFC 8422 §5.4, RFC 5246 §7.4.3. Throws ERR_TLS_DECODE for anything malformed. */
export function decodeServerKeyExchange(
  body: Uint8Array,
  exchange: 'ECDHE' | 'DHE',
  namesScheme: boolean,
): ServerKeyExchange {
  const reader = new ByteReader(body);
  const key = exchange === 'ECDHE' ? readCurveKey(reader) : readFiniteFieldKey(reader);
  const signed = body.subarray(0, body.length - reader.remaining);
  const scheme = namesScheme ? reader.uint(2) : undefined;
  return { key, signed, scheme, signature: reader.vector(2) };
}

function readCurveKey(reader: ByteReader): ServerKey {
  if (reader.uint(1) !== namedCurve) throw new Breach('a curve without a name');
  return { kind: 'curve', group: reader.uint(2), point: reader.vector(1) };
}

function readFiniteFieldKey(reader: ByteReader): ServerKey {
  const [prime, generator, key] = [reader.vector(2), reader.vector(2), reader.vector(2)];
  return { kind: 'finite-field', prime, generator, key };
}

/** Our half: the body of ClientKeyExchange, and the premaster secret. */
export interface ClientKey {
  readonly body: Buffer;
  readonly premaster: Buffer;
}
type Draw = (purpose: string, length: number) => Uint8Array;

const names = new Map<number, Group>((Object.keys(groups) as Group[]).map((name) => [groups[name], name]));

/** Undefined for a curve that is not known here, and for a prime longer than 8192 bits. */
export function answerServerKey(server: ServerKey, draw: Draw): ClientKey | undefined {
  return server.kind === 'curve' ? answerCurve(server, draw) : answerFiniteField(server, draw);
}

function answerCurve(
  { group, point }: Extract<ServerKey, { kind: 'curve' }>,
  draw: Draw,
): ClientKey | undefined {
  const name = names.get(group);
  const agreement =
    name === undefined
      ? undefined
      : curveAgreement(name, (length) => draw(`private key for ${name}`, length));
  if (agreement === undefined) return undefined;
  const premaster = agreement.agree(point);
  if (premaster === undefined) throw new Breach('a key that is none of its group');
  return { body: vector(1, agreement.key), premaster: Buffer.from(premaster) };
}

const maxPrimeBytes = 8192 / 8;
const secretBytes = 32;

function answerFiniteField(
  { prime, generator, key }: Extract<ServerKey, { kind: 'finite-field' }>,
  draw: Draw,
): ClientKey | undefined {
  if (prime.length > maxPrimeBytes) return undefined;
  const agreement = diffieHellmanAgreement(prime, generator, draw('private key for DHE', secretBytes));
  const shared = agreement.agree(key);
  if (shared === undefined) throw new Breach('a key that is none of its group');
  // RFC 5246 §8.1.2: without the leading zeros.
  const start = shared.findIndex((byte) => byte !== 0);
  return { body: vector(2, agreement.key), premaster: Buffer.from(shared.subarray(Math.max(start, 0))) };
}

const premasterBytes = 48;

/**
 * A premaster secret under the certificate's RSA key (RFC 5246 §7.4.7.1); undefined where the key is none. The padding
 * is made here, so that it follows from the source as all else does.
 */
export function encryptPremaster(
  certificate: Uint8Array,
  version: number,
  draw: Draw,
): ClientKey | undefined {
  const key = publicKeyOf(certificate);
  const bits = key?.asymmetricKeyType === 'rsa' ? key.asymmetricKeyDetails?.modulusLength : undefined;
  if (key === undefined || bits === undefined) return undefined;
  const premaster = Buffer.concat([uint(2, version), draw('premaster secret', premasterBytes - 2)]);
  const length = Math.ceil(bits / 8) - premaster.length - 3;
  if (length < 8) return undefined;
  const padding = draw('padding', length).map((byte) => byte || 1);
  const block = Buffer.concat([Buffer.from([0, 2]), padding, Buffer.from([0]), premaster]);
  try {
    const encrypted = publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, block);
    return { body: vector(2, encrypted), premaster };
  } catch {
    return undefined;
  }
}
