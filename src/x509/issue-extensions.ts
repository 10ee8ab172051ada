import { Buffer } from 'node:buffer';
import { createHash, type KeyObject } from 'node:crypto';
import { parseIpAddress } from '../model/index.ts';
import {
  contextBytes,
  contextParts,
  type DerValue,
  decodeDer,
  encodeDer,
  integer,
  objectIdentifier,
  primitive,
  sequence,
  tag,
} from './der.ts';
import {
  extensionOids,
  type KeyPurpose,
  type KeyUsage,
  keyPurposeOids,
  keyUsages,
} from './object-identifiers.ts';

/** Subtrees of RFC 5280 §4.2.1.10: DNS names, and networks as `10.0.0.0/8`. */
interface NameSubtrees {
  readonly dns?: readonly string[];
  readonly ip?: readonly string[];
}

/** The extensions to put into a certificate. */
export interface RequestedExtensions {
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
  /** Absent: no basicConstraints at all. */
  readonly ca?: boolean;
  readonly pathLength?: number;
  readonly keyUsage?: readonly KeyUsage[];
  readonly extendedKeyUsage?: readonly KeyPurpose[];
  readonly nameConstraints?: { readonly permitted?: NameSubtrees; readonly excluded?: NameSubtrees };
  readonly extensions?: readonly {
    readonly oid: string;
    readonly critical: boolean;
    readonly value: Uint8Array;
  }[];
}

export function publicKeyInfo(key: KeyObject): DerValue {
  return decodeDer(key.export({ type: 'spki', format: 'der' }));
}

/** RFC 5280 §4.2.1.2, method 1. */
function keyIdentifier(key: KeyObject): Uint8Array {
  const [, bits] = publicKeyInfo(key).value as DerValue[];
  const { bitStringContents } = bits as DerValue & { bitStringContents: string };
  return createHash('sha1').update(bitStringContents.slice(1), 'latin1').digest();
}

/** RFC 5280 §4.2, with the key identifiers of the subject and of who signs. */
export function requestedExtensions(
  request: RequestedExtensions,
  publicKey: KeyObject,
  signer: KeyObject,
): (DerValue | undefined)[] {
  const { ca, keyUsage, extendedKeyUsage, nameConstraints } = request;
  return [
    extension('subjectKeyIdentifier', false, primitive(tag.OCTETSTRING, keyIdentifier(publicKey))),
    extension('authorityKeyIdentifier', false, sequence(contextBytes(0, keyIdentifier(signer)))),
    ca === undefined
      ? undefined
      : extension('basicConstraints', true, basicConstraints(ca, request.pathLength)),
    keyUsage && extension('keyUsage', true, keyUsageBits(keyUsage)),
    extendedKeyUsage && extension('extendedKeyUsage', false, purposes(extendedKeyUsage)),
    subjectAltName(request),
    nameConstraints &&
      extension(
        'nameConstraints',
        true,
        sequence(subtrees(0, nameConstraints.permitted), subtrees(1, nameConstraints.excluded)),
      ),
    ...(request.extensions ?? []).map(({ oid, critical, value }) => rawExtension(oid, critical, value)),
  ];
}

function extension(name: keyof typeof extensionOids, critical: boolean, value: DerValue): DerValue {
  return rawExtension(extensionOids[name], critical, encodeDer(value));
}

function rawExtension(oid: string, critical: boolean, value: Uint8Array): DerValue {
  const flag = critical ? primitive(tag.BOOLEAN, Uint8Array.of(0xff)) : undefined;
  return sequence(objectIdentifier(oid), flag, primitive(tag.OCTETSTRING, value));
}

function basicConstraints(ca: boolean, pathLength: number | undefined): DerValue {
  return sequence(
    ca ? primitive(tag.BOOLEAN, Uint8Array.of(0xff)) : undefined,
    pathLength === undefined ? undefined : integer(pathLength),
  );
}

/** A named-bit list: X.690 §11.2.2 wants trailing zero bits left out. */
function keyUsageBits(usages: readonly KeyUsage[]): DerValue {
  const bits = usages.map((usage) => keyUsages.indexOf(usage));
  const last = Math.max(...bits);
  const octets = new Uint8Array(Math.floor(last / 8) + 1);
  for (const bit of bits) octets[bit >> 3] = (octets[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return primitive(tag.BITSTRING, Uint8Array.of(7 - (last & 7), ...octets));
}

function purposes(names: readonly KeyPurpose[]): DerValue {
  return sequence(...names.map((name) => objectIdentifier(keyPurposeOids[name])));
}

function subjectAltName({ dnsNames = [], ipAddresses = [] }: RequestedExtensions): DerValue | undefined {
  if (dnsNames.length + ipAddresses.length === 0) return undefined;
  const names = [
    ...dnsNames.map((name) => contextBytes(2, Buffer.from(name, 'latin1'))),
    ...ipAddresses.map((address) => contextBytes(7, ipOctets(address))),
  ];
  return extension('subjectAltName', false, sequence(...names));
}

function subtrees(number: number, { dns = [], ip = [] }: NameSubtrees = {}): DerValue | undefined {
  if (dns.length + ip.length === 0) return undefined;
  const bases = [
    ...dns.map((name) => contextBytes(2, Buffer.from(name, 'latin1'))),
    ...ip.map((network) => contextBytes(7, networkOctets(network))),
  ];
  return contextParts(number, ...bases.map((base) => sequence(base)));
}

function networkOctets(network: string): Uint8Array {
  const [address = '', prefix = ''] = network.split('/');
  const octets = ipOctets(address);
  const maskBits = (index: number): number => Math.min(Math.max(Number(prefix) - 8 * index, 0), 8);
  return Uint8Array.of(...octets, ...octets.map((_, index) => 0xff & (0xff << (8 - maskBits(index)))));
}

function ipOctets(address: string): Uint8Array {
  const octets = parseIpAddress(address);
  if (octets === undefined) throw new TypeError(`expected an IP address, got ${address}`);
  return octets;
}
