import { formatIpAddress, parseIpAddress } from '../model/index.ts';

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
  const parts = maskedAddress(address, netmask);
  return parts === undefined || (parts.host & (parts.host + 1n)) !== 0n ? undefined : rangeAbove(parts);
}

/** The smallest network that holds every address of a mask with gaps. Undefined: not an address. */
export function networkAround(address: string, netmask: string): AddressRange | undefined {
  const parts = maskedAddress(address, netmask);
  if (parts === undefined) return undefined;
  const freeBits = parts.host === 0n ? 0 : parts.host.toString(2).length;
  return rangeAbove({ ...parts, host: (1n << BigInt(freeBits)) - 1n });
}

interface Masked {
  readonly family: 4 | 6;
  readonly base: bigint;
  /** The bits that the mask leaves free. */
  readonly host: bigint;
}

function maskedAddress(address: string, netmask: string): Masked | undefined {
  const base = parseAddress(address);
  const mask = parseAddress(netmask);
  if (base === undefined || mask === undefined || base.family !== mask.family) return undefined;
  return { family: base.family, base: base.value, host: whole(base.family).last ^ mask.value };
}

function rangeAbove({ family, base, host }: Masked): AddressRange {
  const first = base - (base & host);
  return { family, first, last: first | host };
}

/** How many leading bits are fixed. */
export function prefixLengthOf(range: AddressRange): number {
  const free = range.last - range.first;
  return bitsOf[range.family] - (free === 0n ? 0 : free.toString(2).length);
}

/** Every address of a family, cut wherever one of the ranges begins or ends; in order. */
export function cutBy(family: 4 | 6, ranges: readonly AddressRange[]): readonly AddressRange[] {
  const { last } = whole(family);
  const edges = ranges
    .filter((range) => range.family === family)
    .flatMap((range) => [range.first, range.last + 1n]);
  const starts = [...new Set([0n, ...edges])].filter((edge) => edge <= last).sort(byValue);
  return starts.map((first, index) => ({ family, first, last: (starts[index + 1] ?? last + 1n) - 1n }));
}

const byValue = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

/** Is all of `inner` in `outer`? */
export const isWithin = (inner: AddressRange, outer: AddressRange): boolean =>
  inner.family === outer.family && outer.first <= inner.first && inner.last <= outer.last;

/**
 * Addresses that may be routed on the internet (IANA, "IPv4 Special-Purpose Address Registry"; RFC 4291 §2.4): without
 * private networks, loopback, links, multicast and what is reserved.
 */
const internet: readonly AddressRange[] = [
  { family: 4, first: 0x01000000n, last: 0x09ffffffn },
  { family: 4, first: 0x0b000000n, last: 0x643fffffn },
  { family: 4, first: 0x64800000n, last: 0x7effffffn },
  { family: 4, first: 0x80000000n, last: 0xa9fdffffn },
  { family: 4, first: 0xa9ff0000n, last: 0xac0fffffn },
  { family: 4, first: 0xac200000n, last: 0xc0a7ffffn },
  { family: 4, first: 0xc0a90000n, last: 0xdfffffffn },
  { family: 6, first: 1n << 125n, last: (1n << 126n) - 1n },
];

export const isOnInternet = (range: AddressRange): boolean =>
  internet.some(
    ({ family, first, last }) => family === range.family && first <= range.last && range.first <= last,
  );

/** Together they hold every address of the internet, of one family or the other. */
export function holdInternet(ranges: readonly AddressRange[]): boolean {
  const inOrder = [...ranges].sort((a, b) => a.family - b.family || byValue(a.first, b.first));
  const held = joined(inOrder);
  return ([4, 6] as const).some((family) =>
    internet
      .filter((one) => one.family === family)
      .every((one) => held.some((range) => isWithin(one, range))),
  );
}

/** Ranges of one family in order, those that touch or overlap made one. */
export function joined(ranges: readonly AddressRange[]): readonly AddressRange[] {
  const found: AddressRange[] = [];
  for (const range of ranges) {
    const before = found.at(-1);
    if (before?.family === range.family && before.last + 1n >= range.first)
      found[found.length - 1] = { ...before, last: before.last > range.last ? before.last : range.last };
    else found.push(range);
  }
  return found;
}

/** `10.0.0.0/8` where it is a network, else its ends: `10.0.0.0-10.1.2.255`. */
export function rangeInWords(range: AddressRange): string {
  const size = range.last - range.first + 1n;
  const isNetwork = (size & (size - 1n)) === 0n && range.first % size === 0n;
  const first = addressInWords(range.family, range.first);
  return isNetwork
    ? `${first}/${prefixLengthOf(range)}`
    : `${first}-${addressInWords(range.family, range.last)}`;
}

function addressInWords(family: 4 | 6, value: bigint): string {
  const octets = Array.from({ length: bitsOf[family] / 8 }, (_, index) =>
    Number((value >> BigInt(bitsOf[family] - 8 * (index + 1))) & 0xffn),
  );
  return formatIpAddress(Uint8Array.from(octets));
}

/** One address, without a zone. Undefined: not an address. */
export function singleAddress(text: string): AddressRange | undefined {
  const parsed = parseAddress(text);
  return parsed && { family: parsed.family, first: parsed.value, last: parsed.value };
}

/** An address as the server writes it; a zone index is not part of it. */
function parseAddress(text: string): { readonly family: 4 | 6; readonly value: bigint } | undefined {
  const octets = parseIpAddress(text.replace(/%.*$/, ''));
  if (octets === undefined) return undefined;
  const value = octets.reduce((bits, octet) => (bits << 8n) | BigInt(octet), 0n);
  return { family: octets.length === 4 ? 4 : 6, value };
}
