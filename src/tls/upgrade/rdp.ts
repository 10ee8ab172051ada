import { Buffer } from 'node:buffer';
import type { Upgrade } from './outcome.ts';
import { bytesOf, foreign, type Preamble } from './preamble.ts';

/**
 * An X.224 Connection Request that asks for PROTOCOL_SSL or PROTOCOL_HYBRID ([MS-RDPBCGR] §2.2.1.1): both begin with TLS,
 * and a server that insists on the second refuses the first alone.
 */
const connectionRequest = Buffer.from('030000130ee000000000000100080003000000', 'hex');
const protocols = new Map([
  [1, 'PROTOCOL_SSL'],
  [2, 'PROTOCOL_HYBRID'],
  [8, 'PROTOCOL_HYBRID_EX'],
]);
const confirm = 0xd0;
const negotiation = { response: 2, failure: 3 };
const longestPacket = 512;

/** RDP. A server from before the negotiation answers without one: it encrypts in its own way, not by TLS. */
export function* upgradeRdp(): Preamble<Upgrade> {
  const packet = Buffer.from(yield { say: connectionRequest, message: packetIn });
  if (packet.length < 11 || (packet[5] ?? 0) >> 4 !== confirm >> 4)
    throw foreign('a confirmation of X.224', 'something else');
  if (packet.length < 19) return { kind: 'refused', code: 'no negotiation', announced: {} };
  const value = packet.readUInt32LE(15);
  if (packet[11] === negotiation.failure) return { kind: 'refused', code: `failure ${value}`, announced: {} };
  if (packet[11] !== negotiation.response) throw foreign('a negotiation of RDP', 'something else');
  const chosen = protocols.get(value);
  if (chosen === undefined) return { kind: 'refused', code: `PROTOCOL ${value}`, announced: {} };
  return { kind: 'upgraded', code: chosen, announced: {} };
}

/** TPKT (RFC 1006 §6): version 3, a reserved byte, the whole length. */
function packetIn(received: Uint8Array): number | undefined {
  const [version = 3, , high = 0, low = 0] = received;
  if (version !== 3) throw foreign('a packet of TPKT', 'something else');
  if (received.length < 4) return undefined;
  const length = (high << 8) | low;
  if (length < 7 || length > longestPacket) throw foreign('a packet of TPKT', 'another length');
  return bytesOf(length)(received);
}
