import { Buffer } from 'node:buffer';
import { createHmac } from 'node:crypto';
import type { RandomSource } from './exchange.ts';

/**
 * A source whose bytes follow from a seed of 32 random bytes: HMAC-SHA256 over label and counter. The seed is kept with
 * the transcript, so that every byte that was sent can be made again; it protects nothing, as no data of anybody ever
 * travels under keys drawn from it.
 */
export function seededRandom(seed: Uint8Array): RandomSource {
  return (label, length) => {
    const blocks: Buffer[] = [];
    for (let counter = 0; counter * 32 < length; counter++)
      blocks.push(createHmac('sha256', seed).update(`${counter} ${label}`).digest());
    return Buffer.concat(blocks).subarray(0, length);
  };
}
