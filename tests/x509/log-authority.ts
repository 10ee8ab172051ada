import { createHash, sign } from 'node:crypto';
import { certificateFields } from '../../src/x509/certificate-fields.ts';
import { type DerValue, decodeDer, encodeDer, primitive, tag } from '../../src/x509/der.ts';
import type { TransparencyLog } from '../../src/x509/transparency-log.ts';
import { issueLeaf, type KeyPair, keyPair, type Party } from './authority.ts';

/** A log with its key: who can promise to publish a certificate. */
export interface Log extends KeyPair {
  readonly log: TransparencyLog;
}

export function log(
  operator: string,
  name: string,
  overrides: Partial<TransparencyLog> = {},
  kind: 'ec' | 'rsa' = 'ec',
): Log {
  const pair = keyPair(kind);
  const key = pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const interval = { endsFrom: '2026-01-01T00:00:00.000Z', endsBefore: '2030-01-01T00:00:00.000Z' };
  const state = { state: 'usable', since: '2025-01-01T00:00:00.000Z' } as const;
  return { ...pair, log: { operator, name, key, ...state, ...interval, ...overrides } };
}

/** Octets that RFC 6962 §3.2 has signed after the time: a type, and what was shown to the log. */
export type Entry = Buffer;

/** The entry of a certificate as it is. */
export function certificateEntry(der: Uint8Array): Entry {
  return Buffer.concat([uint(2, 0), vector(3, der)]);
}

/** The entry of a certificate before timestamps are put into it. */
function precertificateEntry(before: Uint8Array, issuer: Uint8Array): Entry {
  const [body] = decodeDer(before).value as DerValue[];
  const keyHash = createHash('sha256').update(certificateFields(issuer).publicKeyInfo).digest();
  return Buffer.concat([uint(2, 1), keyHash, vector(3, encodeDer(body!))]);
}

export function timestamp({ log: { key }, privateKey }: Log, entry: Entry, at: Date, version = 0): Buffer {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(at.getTime()));
  const signature = sign(
    'sha256',
    Buffer.concat([Buffer.of(0, 0), time, entry, vector(2, Buffer.alloc(0))]),
    privateKey,
  );
  const id = createHash('sha256').update(Buffer.from(key, 'base64')).digest();
  const algorithm = Buffer.of(4, privateKey.asymmetricKeyType === 'rsa' ? 1 : 3);
  return Buffer.concat([
    Buffer.of(version),
    id,
    time,
    vector(2, Buffer.alloc(0)),
    algorithm,
    vector(2, signature),
  ]);
}

export function timestampList(...timestamps: readonly Uint8Array[]): Buffer {
  return vector(2, Buffer.concat(timestamps.map((one) => vector(2, one))));
}

/** The value of the extension, in a certificate or an OCSP response. */
export function timestampExtension(list: Uint8Array): DerValue {
  return primitive(tag.OCTETSTRING, list);
}

/** A certificate with timestamps embedded, each over what it was before. */
export function issueLogged(
  subject: Party,
  issuer: Party,
  issuerCertificate: Uint8Array,
  logs: readonly { readonly log: Log; readonly at: Date }[],
  overrides: Parameters<typeof issueLeaf>[2] = {},
): Uint8Array {
  const serial = 0x1000 + Math.floor(logs.length);
  const before = issueLeaf(subject, issuer, { serial, ...overrides });
  const entry = precertificateEntry(before, issuerCertificate);
  const list = timestampList(...logs.map(({ log: each, at }) => timestamp(each, entry, at)));
  return issueLeaf(subject, issuer, {
    serial,
    ...overrides,
    extensions: [embedded(list), ...(overrides.extensions ?? [])],
  });
}

export function embedded(list: Uint8Array): { oid: string; critical: boolean; value: Uint8Array } {
  return { oid: '1.3.6.1.4.1.11129.2.4.2', critical: false, value: encodeDer(timestampExtension(list)) };
}

function uint(size: number, value: number): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.writeUIntBE(value, 0, size);
  return bytes;
}

function vector(size: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([uint(size, bytes.length), bytes]);
}
