import { Buffer } from 'node:buffer';
import {
  certificateError,
  type DerValue,
  decodeDer,
  isUniversal,
  octets,
  parts,
  readBoolean,
  readInteger,
  readOid,
  tag,
} from './der.ts';
import {
  type GeneralNames,
  type NameConstraints,
  readGeneralNames,
  readNameConstraints,
} from './general-names.ts';
import { extensionOids, type KeyUsage, keyUsages } from './object-identifiers.ts';

/** The extensions of RFC 5280 §4.2 that a path or a server's identity depends on; absent ones are left out. */
export interface Extensions {
  readonly basicConstraints?: { readonly ca: boolean; readonly pathLength?: number };
  readonly keyUsage?: readonly KeyUsage[];
  /** Key purposes as object identifiers. */
  readonly extendedKeyUsage?: readonly string[];
  readonly subjectAltName?: GeneralNames;
  readonly nameConstraints?: NameConstraints;
  /** Hexadecimal. */
  readonly subjectKeyIdentifier?: string;
  /** Object identifiers of critical extensions that are not processed (RFC 5280 §4.2: the path is then invalid). */
  readonly unknownCritical: readonly string[];
}

/**
 * Critical extensions that need nothing more here: policies are not asked for (RFC 5280 §6.1.1: the initial policy
 * set is any-policy), and revocation is another question than the path's.
 */
const acceptedCritical: ReadonlySet<string> = new Set([
  extensionOids.certificatePolicies,
  extensionOids.policyMappings,
  extensionOids.policyConstraints,
  extensionOids.inhibitAnyPolicy,
  extensionOids.crlDistributionPoints,
  extensionOids.authorityKeyIdentifier,
]);

type Reader = (value: DerValue) => Omit<Extensions, 'unknownCritical'>;

const readers = new Map<string, Reader>([
  [extensionOids.basicConstraints, (value) => ({ basicConstraints: readBasicConstraints(value) })],
  [extensionOids.keyUsage, (value) => ({ keyUsage: readKeyUsage(value) })],
  [extensionOids.extendedKeyUsage, (value) => ({ extendedKeyUsage: parts(value).map(readOid) })],
  [extensionOids.subjectAltName, (value) => ({ subjectAltName: readGeneralNames(parts(value)) })],
  [extensionOids.nameConstraints, (value) => ({ nameConstraints: readNameConstraints(value) })],
  [extensionOids.subjectKeyIdentifier, (value) => ({ subjectKeyIdentifier: hex(octets(value)) })],
]);

/**
 * Reads the list of extensions of a certificate.
 *
 * @throws AssayError ERR_CERTIFICATE for one that is malformed or given twice
 */
export function readExtensions(list: readonly DerValue[]): Extensions {
  const seen = new Set<string>();
  const unknownCritical: string[] = [];
  let known: Omit<Extensions, 'unknownCritical'> = {};
  for (const { oid, critical, value } of list.map(readExtension)) {
    if (seen.has(oid)) throw certificateError('each extension once', `${oid} twice`);
    seen.add(oid);
    const reader = readers.get(oid);
    if (reader !== undefined) known = { ...known, ...reader(decodeDer(value)) };
    else if (critical && !acceptedCritical.has(oid)) unknownCritical.push(oid);
  }
  return { ...known, unknownCritical };
}

function readExtension(extension: DerValue): { oid: string; critical: boolean; value: Uint8Array } {
  const [id, ...rest] = parts(extension);
  const [first, second] = rest;
  const hasFlag = isUniversal(first, tag.BOOLEAN);
  const value = hasFlag ? second : first;
  if (!isUniversal(value, tag.OCTETSTRING)) throw certificateError('an extension with a value', 'none');
  return { oid: readOid(id), critical: hasFlag && readBoolean(first), value: octets(value) };
}

function readBasicConstraints(value: DerValue): { ca: boolean; pathLength?: number } {
  const [first, second] = parts(value);
  const ca = isUniversal(first, tag.BOOLEAN) && readBoolean(first);
  const length = isUniversal(first, tag.INTEGER) ? first : second;
  return isUniversal(length, tag.INTEGER) ? { ca, pathLength: readInteger(length) } : { ca };
}

function readKeyUsage(value: DerValue): KeyUsage[] {
  if (!isUniversal(value, tag.BITSTRING)) throw certificateError('a BIT STRING as keyUsage', 'another value');
  const bits = octets(value).subarray(1);
  return keyUsages.filter((_, bit) => ((bits[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
