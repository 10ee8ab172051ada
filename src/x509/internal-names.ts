import { parseIpAddress } from '../model/index.ts';

/**
 * Top-level names that are not in the public DNS and never will be (RFC 2606, RFC 6762, RFC 8375 and ICANN's
 * resolutions on .internal, .corp, .home and .mail), or that networks use as if they were.
 */
const internalSuffixes: readonly string[] = [
  'corp',
  'domain',
  'example',
  'home',
  'home.arpa',
  'internal',
  'intern',
  'intra',
  'intranet',
  'invalid',
  'lan',
  'local',
  'localdomain',
  'localhost',
  'mail',
  'private',
  'test',
  'workgroup',
];

/** Networks, as leading octets and a count of bits, that are not routed on the Internet. */
const internalNetworks: readonly { readonly octets: readonly number[]; readonly bits: number }[] = [
  { octets: [10], bits: 8 },
  { octets: [172, 16], bits: 12 },
  { octets: [192, 168], bits: 16 },
  { octets: [100, 64], bits: 10 },
  { octets: [127], bits: 8 },
  { octets: [169, 254], bits: 16 },
];
const internalNetworks6: typeof internalNetworks = [
  { octets: [0xfc], bits: 7 },
  { octets: [0xfe, 0x80], bits: 10 },
  { octets: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], bits: 128 },
];

/** Whether a DNS name of a certificate is one of an internal network: of a single label, or below such a suffix. */
export function isInternalName(name: string): boolean {
  const plain = name.toLowerCase().replace(/\.$/, '').replace(/^\*\./, '');
  if (!plain.includes('.')) return true;
  return internalSuffixes.some((suffix) => plain.endsWith(`.${suffix}`));
}

/** Whether an address, as text, is of a network that is not routed on the Internet; one that is none is not. */
export function isInternalAddress(text: string): boolean {
  const address = parseIpAddress(text);
  if (address === undefined) return false;
  const mapped = address.length === 16 && isMapped(address);
  const octets = mapped ? address.subarray(12) : address;
  const networks = octets.length === 4 ? internalNetworks : internalNetworks6;
  return networks.some((network) => isWithin(octets, network));
}

/** ::ffff:0:0/96 (RFC 4291 §2.5.5.2). */
function isMapped(address: Uint8Array): boolean {
  return (
    address.subarray(0, 10).every((octet) => octet === 0) && address[10] === 0xff && address[11] === 0xff
  );
}

function isWithin(address: Uint8Array, { octets, bits }: (typeof internalNetworks)[number]): boolean {
  return octets.every((octet, index) => {
    const kept = Math.min(Math.max(bits - 8 * index, 0), 8);
    const mask = 0xff & (0xff << (8 - kept));
    return ((address[index] ?? 0) & mask) === (octet & mask);
  });
}
