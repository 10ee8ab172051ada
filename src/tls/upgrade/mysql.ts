import { Buffer } from 'node:buffer';
import type { Upgrade } from './outcome.ts';
import { bytesOf, foreign, type Preamble } from './preamble.ts';

const capability = { protocol41: 0x200, ssl: 0x800, secureConnection: 0x8000 };
const errorPacket = 0xff;
const supportedProtocol = 10;
/** Handshakes are about a hundred bytes. */
const longestPacket = 2048;

/**
 * MySQL and MariaDB ("Connection Phase" of the client/server protocol): the server's handshake says whether it can,
 * and a first packet that asks for it is followed by TLS at once.
 */
export function* upgradeMysql(): Preamble<Upgrade> {
  const packet = Buffer.from(yield { say: new Uint8Array(0), message: packetIn });
  const payload = packet.subarray(4);
  if (payload[0] === errorPacket && payload.length >= 3)
    return { kind: 'unavailable', code: String(payload.readUInt16LE(1)), announced: {} };
  const offered = (capabilitiesIn(payload) & capability.ssl) !== 0;
  if (!offered) return { kind: 'refused', code: 'no CLIENT_SSL', announced: { upgrade: false } };
  yield { say: sslRequest((packet[3] ?? 0) + 1), message: bytesOf(0) };
  return { kind: 'upgraded', code: 'CLIENT_SSL', announced: { upgrade: true } };
}

/** Three bytes of length, one of sequence. */
function packetIn(received: Uint8Array): number | undefined {
  const [low = 0, middle = 0, high = 0] = received;
  const length = low | (middle << 8) | (high << 16);
  if (received.length < 4) return undefined;
  if (length === 0 || length > longestPacket) throw foreign('a packet of MySQL', 'something else');
  return bytesOf(4 + length)(received);
}

/** Version text, thread (4), first half of the challenge (8) and a filler (1) come before the lower half of the flags. */
function capabilitiesIn(payload: Buffer): number {
  const end = payload.indexOf(0, 1);
  const flags = end + 1 + 4 + 8 + 1;
  if (payload[0] !== supportedProtocol || end === -1 || end > 255 || payload.length < flags + 2)
    throw foreign('a handshake of MySQL', 'something else');
  return payload.readUInt16LE(flags);
}

/** The first 32 bytes of a log-in, which end where the name of the user would begin. */
function sslRequest(sequence: number): Buffer {
  const packet = Buffer.alloc(36);
  packet.writeUIntLE(32, 0, 3);
  packet.writeUInt8(sequence & 255, 3);
  packet.writeUInt32LE(capability.protocol41 | capability.ssl | capability.secureConnection, 4);
  packet.writeUInt32LE(1 << 24, 8);
  packet.writeUInt8(33, 12);
  return packet;
}
