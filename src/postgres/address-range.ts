import { parseIpAddress } from '../model/index.ts';

/** A run of IP addresses of one family, both ends included. */
export interface AddressRange {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

const bitsOf = { 4: 32, 6: 128 } as const;

const whole = (family: 4 | 6): AddressRange => ({
  family,
  first: 0n,
  last: (1n << BigInt(bitsOf[family])) - 1n,
});

export const everyAddress: readonly AddressRange[] = [whole(4), whole(6)];

/** RFC 1122 §3.2.1.3 and RFC 4291 §2.5.3. */
export const loopback: readonly AddressRange[] = [
  { family: 4, first: 0x7f000000n, last: 0x7fffffffn },
  { family: 6, first: 1n, last: 1n },
];

/** An address and mask as `pg_hba_file_rules` gives them. Undefined: not an address, or a mask with gaps. */
export function rangeOf(address: string, netmask: string): AddressRange | undefined {
  const base = parseAddress(address);
  const mask = parseAddress(netmask);
  if (base === undefined || mask === undefined || base.family !== mask.family) return undefined;
  const host = whole(base.family).last ^ mask.value;
  if ((host & (host + 1n)) !== 0n) return undefined;
  const first = base.value & mask.value;
  return { family: base.family, first, last: first | host };
}

/** How many leading bits are fixed. */
export function prefixLengthOf(range: AddressRange): number {
  const free = range.last - range.first;
  return bitsOf[range.family] - (free === 0n ? 0 : free.toString(2).length);
}

export const isWhole = (range: AddressRange): boolean => prefixLengthOf(range) === 0;

/** Is any address of `range` in none of `covers`? */
export function hasRemainder(range: AddressRange, covers: readonly AddressRange[]): boolean {
  const sorted = covers
    .filter(({ family }) => family === range.family)
    .sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  let next = range.first;
  for (const cover of sorted) {
    if (cover.first > next) break;
    if (cover.last >= next) next = cover.last + 1n;
  }
  return next <= range.last;
}

/** An address as the server writes it; a zone index is not part of it. */
function parseAddress(text: string): { readonly family: 4 | 6; readonly value: bigint } | undefined {
  const octets = parseIpAddress(text.replace(/%.*$/, ''));
  if (octets === undefined) return undefined;
  const value = octets.reduce((bits, octet) => (bits << 8n) | BigInt(octet), 0n);
  return { family: octets.length === 4 ? 4 : 6, value };
}
