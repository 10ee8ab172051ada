import { Buffer } from 'node:buffer';
import type { Framing } from './framing.ts';
import { tdsHeaderBytes, tdsPacket, tdsType } from './tds.ts';

/** Before a log-in no packet may be larger ([MS-TDS] §2.2.6.4). */
const packetBytes = 4096;

/**
 * TLS in packets of TDS, as long as the handshake lasts ([MS-TDS] §3.2.5.2). What does not begin like a packet of TDS is
 * passed on bare from there on: some alerts travel so, and all that comes after the handshake.
 */
export function tdsFraming(): Framing {
  const packets = new TdsPackets();
  return {
    wrap: (bytes) => Buffer.concat(partsOf(bytes).map(tdsPacket)),
    unwrap: (chunk) => packets.push(chunk),
  };
}

/** A cursor over packets that come in pieces. */
class TdsPackets {
  #pending: Uint8Array = Buffer.alloc(0);
  /** What of the packet begun is still to come; endless once bytes travel bare. */
  #open = 0;

  push(chunk: Uint8Array): Uint8Array {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    const parts: Uint8Array[] = [];
    while (this.#pending.length > 0 && (this.#open > 0 || this.#beginPacket())) {
      const part = this.#take(this.#open);
      this.#open -= part.length;
      parts.push(part);
    }
    return Buffer.concat(parts);
  }

  #beginPacket(): boolean {
    const header = headerIn(this.#pending);
    if (header === 'partial') return false;
    if (header === 'none') this.#open = Number.POSITIVE_INFINITY;
    else this.#open = header - this.#take(tdsHeaderBytes).length;
    return true;
  }

  #take(length: number): Uint8Array {
    const taken = this.#pending.subarray(0, length);
    this.#pending = this.#pending.subarray(taken.length);
    return taken;
  }
}

/** The length of the packet that what came begins with, header included. */
function headerIn(pending: Uint8Array): number | 'partial' | 'none' {
  const [type, , high = 0, low = 0] = pending;
  if (type !== tdsType.prelogin && type !== tdsType.response) return 'none';
  if (pending.length < tdsHeaderBytes) return 'partial';
  const length = (high << 8) | low;
  return length < tdsHeaderBytes ? 'none' : length;
}

function partsOf(bytes: Uint8Array): readonly Uint8Array[] {
  const room = packetBytes - tdsHeaderBytes;
  const parts: Uint8Array[] = [];
  for (let from = 0; from < bytes.length; from += room) parts.push(bytes.subarray(from, from + room));
  return parts;
}
