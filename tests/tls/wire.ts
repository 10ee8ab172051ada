import type { Reply } from '../../src/tls/exchange.ts';
import { protocolVersions, type RecordVersion } from '../../src/tls/registry.ts';

/** What a server sends, byte by byte, written apart from the code that reads it. */
export function record(type: number, body: Uint8Array, version = 0x0303): Buffer {
  const header = Buffer.from([type, version >> 8, version & 255, body.length >> 8, body.length & 255]);
  return Buffer.concat([header, body]);
}

export const alertCode = {
  handshake_failure: 40,
  protocol_version: 70,
  unrecognized_name: 112,
  close_notify: 0,
};

export function alert(name: keyof typeof alertCode, level: 1 | 2 = 2): Buffer {
  return record(21, Buffer.from([level, alertCode[name]]));
}

export interface ServerHelloFields {
  readonly suite?: number;
  readonly compression?: number;
  /** Makes it a HelloRetryRequest for this group. */
  readonly retryGroup?: number;
}

const retryRandom = 'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c';

/** The handshake message of a ServerHello. */
export function serverHelloMessage(version: RecordVersion, fields: ServerHelloFields = {}): Buffer {
  const is13 = version === 'TLSv1.3';
  const { suite = is13 ? 0x1301 : 0xc02f, compression = 0, retryGroup } = fields;
  const legacy = Math.min(protocolVersions[version], 0x0303);
  const random = retryGroup === undefined ? Buffer.alloc(32, 7) : Buffer.from(retryRandom, 'hex');
  const share = retryGroup === undefined ? [0, 0x1d, 0, 1, 9] : [retryGroup >> 8, retryGroup & 255];
  const extensions = Buffer.from([0, 43, 0, 2, 3, 4, 0, 51, 0, share.length, ...share]);
  const body = Buffer.concat([
    Buffer.from([legacy >> 8, legacy & 255]),
    random,
    Buffer.from([0, suite >> 8, suite & 255, compression]),
    is13 ? Buffer.concat([Buffer.from([0, extensions.length]), extensions]) : Buffer.alloc(0),
  ]);
  return Buffer.concat([Buffer.from([2, 0, body.length >> 8, body.length & 255]), body]);
}

export function serverHello(version: RecordVersion, fields: ServerHelloFields = {}): Buffer {
  return record(22, serverHelloMessage(version, fields));
}

export function ssl2ServerHello(cipherKinds: readonly number[]): Buffer {
  const kinds = Buffer.from(cipherKinds.flatMap((kind) => [kind >> 16, (kind >> 8) & 255, kind & 255]));
  const certificate = Buffer.alloc(20, 1);
  const head = [4, 0, 1, 0, 2, 0, certificate.length, 0, kinds.length, 0, 16];
  const body = Buffer.concat([Buffer.from(head), certificate, kinds, Buffer.alloc(16, 3)]);
  return Buffer.concat([Buffer.from([0x80 | (body.length >> 8), body.length & 255]), body]);
}

export function complete(received: Uint8Array): Reply {
  return { received, ended: 'complete' };
}

export function ended(how: Reply['ended'], received: Uint8Array = Buffer.alloc(0)): Reply {
  return { received, ended: how };
}

/** What a hello that assay sent says of itself, read apart from the code that wrote it. */
export interface HelloSeen {
  readonly version: RecordVersion | 'SSLv2';
  readonly length: number;
  /** How many it is cut into. */
  readonly records: number;
  /** Where the version stood before TLS 1.3. */
  readonly legacyVersion: number;
  readonly suites: readonly number[];
  readonly extensions: ReadonlyMap<number, Buffer>;
}

export function readHello(bytes: Uint8Array): HelloSeen {
  const whole = Buffer.from(bytes);
  const { hello, records } = inOneRecord(whole);
  if (whole.readUInt8(0) >= 0x80) {
    const count = hello.readUInt16BE(5) / 3;
    const suites = Array.from({ length: count }, (_, index) => hello.readUIntBE(11 + 3 * index, 3));
    const { length } = hello;
    return { version: 'SSLv2', legacyVersion: 2, length, records, suites, extensions: new Map() };
  }
  let at = 5 + 4;
  const legacy = hello.readUInt16BE(at);
  at += 34;
  at += 1 + hello.readUInt8(at);
  const suitesLength = hello.readUInt16BE(at);
  const suites = Array.from({ length: suitesLength / 2 }, (_, index) =>
    hello.readUInt16BE(at + 2 + 2 * index),
  );
  at += 2 + suitesLength;
  at += 1 + hello.readUInt8(at);
  const extensions = new Map<number, Buffer>();
  for (let next = at + 2; next + 4 <= hello.length; ) {
    const length = hello.readUInt16BE(next + 2);
    extensions.set(hello.readUInt16BE(next), hello.subarray(next + 4, next + 4 + length));
    next += 4 + length;
  }
  const code = extensions.has(43) ? 0x0304 : Math.min(legacy, 0x0303);
  const version = (Object.keys(protocolVersions) as RecordVersion[]).find(
    (name) => protocolVersions[name] === code,
  );
  if (version === undefined) throw new Error(`expected a known version, got ${code}`);
  return { version, legacyVersion: legacy, length: hello.length, records, suites, extensions };
}

function inOneRecord(bytes: Buffer): { hello: Buffer; records: number } {
  if (bytes.readUInt8(0) >= 0x80) return { hello: bytes, records: 1 };
  const bodies: Buffer[] = [];
  for (let at = 0; at + 5 <= bytes.length; at += 5 + bytes.readUInt16BE(at + 3)) {
    bodies.push(bytes.subarray(at + 5, at + 5 + bytes.readUInt16BE(at + 3)));
  }
  return { hello: Buffer.concat([bytes.subarray(0, 5), ...bodies]), records: bodies.length };
}
