import { Buffer } from 'node:buffer';
import { formatIpAddress } from '../model/index.ts';
import { certificateError, contextPart, type DerValue, octets, parts, tagClass } from './der.ts';
import { type Name, readName } from './distinguished-name.ts';

/** RFC 5280 §4.2.1.6: the context tag of each kind of GeneralName. */
export const nameKinds = { rfc822: 1, dns: 2, directory: 4, uri: 6, ip: 7 } as const;

/** Names by kind; `otherKinds` holds the tags of those that are not read. */
export interface GeneralNames {
  readonly dns: readonly string[];
  /** Octets, 4 or 16; in a constraint 8 or 32, the second half being the mask. */
  readonly ip: readonly Uint8Array[];
  readonly directory: readonly Name[];
  readonly otherKinds: readonly number[];
}

export interface NameConstraints {
  readonly permitted: GeneralNames;
  readonly excluded: GeneralNames;
}

export function readGeneralNames(values: readonly DerValue[]): GeneralNames {
  if (values.some((value) => value.tagClass !== tagClass.CONTEXT_SPECIFIC)) {
    throw certificateError('a GeneralName', 'a value without its tag');
  }
  const ofKind = (kind: number): DerValue[] => values.filter((value) => value.type === kind);
  const known: readonly number[] = [nameKinds.dns, nameKinds.ip, nameKinds.directory];
  return {
    dns: ofKind(nameKinds.dns).map((value) => Buffer.from(octets(value)).toString('latin1')),
    ip: ofKind(nameKinds.ip).map(octets),
    directory: ofKind(nameKinds.directory).map((value) => readName(only(parts(value)))),
    otherKinds: [...new Set(values.map((value) => value.type).filter((kind) => !known.includes(kind)))],
  };
}

/** RFC 5280 §4.2.1.10: minimum and maximum are not used there, so a subtree that has them is refused. */
export function readNameConstraints(value: DerValue): NameConstraints {
  const subtrees = (number: number): GeneralNames => {
    const list = contextPart(parts(value), number);
    return readGeneralNames(list === undefined ? [] : parts(list).map((subtree) => only(parts(subtree))));
  };
  const constraints = { permitted: subtrees(0), excluded: subtrees(1) };
  const networks = [...constraints.permitted.ip, ...constraints.excluded.ip];
  if (networks.some(({ length }) => length !== 8 && length !== 32)) {
    throw certificateError('an address and a mask', 'another number of octets');
  }
  return constraints;
}

/** Addresses as text; one of a wrong length as hexadecimal, so that it is seen and matches nothing. */
export function addressText(address: Uint8Array): string {
  const valid = address.length === 4 || address.length === 16;
  return valid ? formatIpAddress(address) : `0x${Buffer.from(address).toString('hex')}`;
}

/** A DNS name as text: octets that are not printable ASCII, which could deceive a terminal, are escaped. */
export function dnsNameText(name: string): string {
  const escaped = (character: string): string => `\\x${Buffer.from(character, 'latin1').toString('hex')}`;
  return name.replaceAll(/[^\x20-\x7e]/g, escaped);
}

function only(values: readonly DerValue[]): DerValue {
  const [value, ...more] = values;
  if (value !== undefined && more.length === 0) return value;
  throw certificateError('one value', `${values.length}`);
}
