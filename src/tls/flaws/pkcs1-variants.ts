import { Buffer } from 'node:buffer';
import { protocolVersions, type RecordVersion } from '../registry.ts';

/** How a premaster secret is padded: right (RFC 8017 §7.2.1, RFC 5246 §7.4.7.1), or wrong in one way. */
export const paddings = ['right', 'wrong-start', 'no-end', 'late-end', 'wrong-version'] as const;
export type Padding = (typeof paddings)[number];

const secretBytes = 48;

/**
 * The block that is encrypted with the server's key, as long as its modulus.
 *
 * @param random as many bytes as the modulus has, used where nothing is fixed
 */
export function paddedSecret(padding: Padding, version: RecordVersion, random: Uint8Array): Buffer {
  const block = Buffer.from(random.map((byte) => (byte === 0 ? 1 : byte)));
  const secretAt = block.length - secretBytes;
  const code = padding === 'wrong-version' ? 0x0202 : protocolVersions[version];
  block.writeUInt16BE(padding === 'wrong-start' ? 0x4117 : 0x0002, 0);
  block.writeUInt16BE(code, secretAt);
  if (padding === 'late-end') block.writeUInt8(0, block.length - 2);
  else if (padding !== 'no-end') block.writeUInt8(0, secretAt - 1);
  return block;
}
