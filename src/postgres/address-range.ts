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

function parseAddress(text: string): { readonly family: 4 | 6; readonly value: bigint } | undefined {
  if (!text.includes(':')) {
    const value = joined(text.split('.'), 4, 8, /^\d{1,3}$/, '');
    return value === undefined ? undefined : { family: 4, value };
  }
  const value = parseIpv6(text);
  return value === undefined ? undefined : { family: 6, value };
}

/** RFC 4291 §2.2, with an IPv4 tail. A zone index is not part of the address. */
function parseIpv6(text: string): bigint | undefined {
  const [plain = ''] = text.split('%');
  const tail = /^(.*:)(\d{1,3}(?:\.\d{1,3}){3})$/.exec(plain);
  const hex = tail === null ? plain : `${tail[1]}${ipv4AsHex(tail[2] ?? '')}`;
  const halves = hex.split('::');
  if (halves.length > 2) return undefined;
  const [head, rest] = halves.map((half) => (half === '' ? [] : half.split(':')));
  if (rest === undefined) return joined(head ?? [], 8, 16, /^[0-9a-fA-F]{1,4}$/, '0x');
  const missing = 8 - (head?.length ?? 0) - rest.length;
  if (missing < 1) return undefined;
  const groups = [...(head ?? []), ...new Array<string>(missing).fill('0'), ...rest];
  return joined(groups, 8, 16, /^[0-9a-fA-F]{1,4}$/, '0x');
}

function ipv4AsHex(text: string): string {
  const bytes = text.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
  return `${bytes.slice(0, 2).join('')}:${bytes.slice(2).join('')}`;
}

function joined(
  parts: readonly string[],
  count: number,
  bits: number,
  form: RegExp,
  radix: '' | '0x',
): bigint | undefined {
  if (parts.length !== count) return undefined;
  let value = 0n;
  for (const part of parts) {
    if (!form.test(part)) return undefined;
    const number = BigInt(`${radix}${part}`);
    if (number >= 1n << BigInt(bits)) return undefined;
    value = (value << BigInt(bits)) | number;
  }
  return value;
}
