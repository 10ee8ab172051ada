import { formatIpAddress, parseIpAddress } from '../model/index.ts';

/** Addresses of one family that follow each other, both ends included. */
export interface AddressBlock {
  readonly count: bigint;
  /** Each in canonical form (RFC 5952, no brackets), in ascending order. */
  addresses(): Iterable<string>;
}

/** What a text that looks like a block is, or why it is none, to be said after "got". */
export type ReadBlock = { readonly block: AddressBlock } | { readonly got: string };

/**
 * `192.0.2.0/28`, `2001:db8::/124` (RFC 4632 §3.1, RFC 4291 §2.3), every address of it counted, or
 * `192.0.2.10-192.0.2.20`. Undefined: neither, such as a host name.
 */
export function readAddressBlock(text: string): ReadBlock | undefined {
  const slash = text.indexOf('/');
  if (slash >= 0) return readPrefix(text.slice(0, slash), text.slice(slash + 1));
  const dash = text.indexOf('-');
  return dash < 0 ? undefined : readRange(text.slice(0, dash), text.slice(dash + 1));
}

function readPrefix(base: string, length: string): ReadBlock | undefined {
  const octets = parseIpAddress(base);
  if (octets === undefined) return undefined;
  const bits = octets.length * 8;
  if (!/^\d{1,3}$/.test(length) || Number(length) > bits) return { got: 'another length of prefix' };
  const size = 1n << BigInt(bits - Number(length));
  const first = numberOf(octets);
  const start = first - (first % size);
  if (start !== first)
    return { got: `an address inside of ${textOf(start, octets.length)}/${Number(length)}` };
  return { block: blockOf(first, size, octets.length) };
}

function readRange(from: string, to: string): ReadBlock | undefined {
  const first = parseIpAddress(from);
  const last = parseIpAddress(to);
  if (first === undefined || last === undefined) return undefined;
  if (first.length !== last.length) return { got: 'one of IPv4 and one of IPv6' };
  const count = numberOf(last) - numberOf(first) + 1n;
  return count > 0n
    ? { block: blockOf(numberOf(first), count, first.length) }
    : { got: 'the higher address first' };
}

function blockOf(first: bigint, count: bigint, octets: number): AddressBlock {
  return {
    count,
    addresses: function* () {
      for (let value = first; value < first + count; value++) yield textOf(value, octets);
    },
  };
}

const numberOf = (octets: Uint8Array): bigint =>
  octets.reduce((value, octet) => (value << 8n) | BigInt(octet), 0n);

function textOf(value: bigint, octets: number): string {
  const bytes = Array.from({ length: octets }, (_, index) =>
    Number((value >> BigInt(8 * (octets - 1 - index))) & 0xffn),
  );
  return formatIpAddress(Uint8Array.from(bytes));
}
