import { Buffer } from 'node:buffer';
import type { Upgrade } from './outcome.ts';
import { bytesOf, foreign, type Preamble } from './preamble.ts';

export const tdsType = { response: 4, prelogin: 0x12 };
export const tdsHeaderBytes = 8;
const option = { version: 0, encryption: 1, end: 0xff };
const encryption = ['ENCRYPT_OFF', 'ENCRYPT_ON', 'ENCRYPT_NOT_SUP', 'ENCRYPT_REQ'] as const;
const longestPacket = 4096;

/**
 * PRELOGIN with VERSION and ENCRYPTION = ENCRYPT_ON ([MS-TDS] §2.2.6.5). Of a server that answers ENCRYPT_OFF the log-in
 * at least goes through TLS, which begins as well.
 */
const prelogin = tdsPacket(
  Buffer.concat([
    Buffer.from([option.version, 0, 11, 0, 6, option.encryption, 0, 17, 0, 1, option.end]),
    Buffer.from([0, 0, 0, 0, 0, 0]),
    Buffer.from([encryption.indexOf('ENCRYPT_ON')]),
  ]),
);

/** TDS 7.x (Microsoft SQL Server). TLS then travels in packets of TDS: `tdsFraming`. */
export function* upgradeTds(): Preamble<Upgrade> {
  const packet = Buffer.from(yield { say: prelogin, message: packetIn });
  const code = encryption[encryptionIn(packet.subarray(tdsHeaderBytes))];
  if (code === undefined) throw foreign('an answer to ENCRYPTION', 'another value');
  return { kind: code === 'ENCRYPT_NOT_SUP' ? 'refused' : 'upgraded', code, announced: {} };
}

/** One packet that is a whole message: type, status 1 (last), length, channel, number, window. */
export function tdsPacket(payload: Uint8Array): Buffer {
  const header = Buffer.from([tdsType.prelogin, 1, 0, 0, 0, 0, 1, 0]);
  header.writeUInt16BE(tdsHeaderBytes + payload.length, 2);
  return Buffer.concat([header, payload]);
}

function packetIn(received: Uint8Array): number | undefined {
  const [type = tdsType.response, , high = 0, low = 0] = received;
  if (type !== tdsType.response && type !== tdsType.prelogin)
    throw foreign('a packet of TDS', 'something else');
  if (received.length < tdsHeaderBytes) return undefined;
  const length = (high << 8) | low;
  if (length <= tdsHeaderBytes || length > longestPacket) throw foreign('a packet of TDS', 'another length');
  return bytesOf(length)(received);
}

/** Options: token (1), offset (2), length (2) each, up to 0xff; then their values. */
function encryptionIn(payload: Buffer): number {
  for (let at = 0; at + 5 <= payload.length && payload[at] !== option.end; at += 5) {
    if (payload[at] !== option.encryption) continue;
    const offset = payload.readUInt16BE(at + 1);
    const value = payload[offset];
    if (value !== undefined) return value;
  }
  throw foreign('an answer to ENCRYPTION', 'none');
}
