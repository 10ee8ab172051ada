import { parseIpAddress } from '../model/index.ts';

/** Kinds of address block (IANA special-purpose registries, RFC 6890). */
export const addressScopes = [
  'global',
  'private',
  'loopback',
  'link-local',
  'shared',
  'unspecified',
  'documentation',
  'benchmarking',
  'multicast',
  'reserved',
] as const;
export type AddressScope = (typeof addressScopes)[number];

type Block = readonly [network: string, prefixLength: number, scope: AddressScope];

const blocks4: readonly Block[] = [
  ['0.0.0.0', 8, 'unspecified'],
  ['10.0.0.0', 8, 'private'],
  ['100.64.0.0', 10, 'shared'],
  ['127.0.0.0', 8, 'loopback'],
  ['169.254.0.0', 16, 'link-local'],
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'reserved'],
  ['192.0.2.0', 24, 'documentation'],
  ['192.168.0.0', 16, 'private'],
  ['198.18.0.0', 15, 'benchmarking'],
  ['198.51.100.0', 24, 'documentation'],
  ['203.0.113.0', 24, 'documentation'],
  ['224.0.0.0', 4, 'multicast'],
  ['240.0.0.0', 4, 'reserved'],
];

const blocks6: readonly Block[] = [
  ['::', 128, 'unspecified'],
  ['::1', 128, 'loopback'],
  ['100::', 64, 'reserved'],
  // Teredo (RFC 4380): what is behind one is somewhere else.
  ['2001::', 32, 'reserved'],
  ['2001:2::', 48, 'benchmarking'],
  ['2001:db8::', 32, 'documentation'],
  ['3fff::', 20, 'documentation'],
  ['fc00::', 7, 'private'],
  ['fe80::', 10, 'link-local'],
  // Site-local, deprecated by RFC 3879 and still private.
  ['fec0::', 10, 'private'],
  ['ff00::', 8, 'multicast'],
];

/** Prefixes whose addresses hold one of version 4, and at which octet: mapped, NAT64 (RFC 6052, RFC 8215), 6to4. */
const embedding: readonly (readonly [network: string, prefixLength: number, at: number])[] = [
  ['::ffff:0:0', 96, 12],
  ['::', 96, 12],
  ['64:ff9b::', 96, 12],
  ['64:ff9b:1::', 96, 12],
  ['2002::', 16, 2],
];

/** Which kind of block an address is in; undefined for what is no address. */
export function scopeOf(address: string): AddressScope | undefined {
  const octets = parseIpAddress(address);
  if (octets === undefined) return undefined;
  const own = blockOf(octets, octets.length === 4 ? blocks4 : blocks6);
  if (own !== undefined || octets.length === 4) return own ?? 'global';
  const inner = embedding.find(([network, length]) => isIn(octets, network, length));
  return inner === undefined
    ? 'global'
    : (blockOf(octets.subarray(inner[2], inner[2] + 4), blocks4) ?? 'global');
}

function blockOf(octets: Uint8Array, blocks: readonly Block[]): AddressScope | undefined {
  return blocks.find(([network, length]) => isIn(octets, network, length))?.[2];
}

function isIn(octets: Uint8Array, network: string, prefixLength: number): boolean {
  const base = parseIpAddress(network) ?? new Uint8Array(16);
  return base.every((octet, index) => {
    const bits = Math.min(8, Math.max(0, prefixLength - index * 8));
    const mask = (0xff << (8 - bits)) & 0xff;
    return (octet & mask) === ((octets[index] ?? 0) & mask);
  });
}
