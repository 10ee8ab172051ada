import { Buffer } from 'node:buffer';
import {
  certificateError,
  type DerValue,
  decodeDer,
  encodeDer,
  parts,
  readOid,
  tag,
  tagClass,
} from './der.ts';
import { attributeOids } from './object-identifiers.ts';

/** A Name (RFC 5280 §4.1.2.4). */
export interface Name {
  /** RFC 4514 text: most specific part first. */
  readonly text: string;
  /** One comparable text for each relative distinguished name, in the order encoded (RFC 5280 §7.1). */
  readonly comparable: readonly string[];
  /** The same as one text: equal for equal names. */
  readonly key: string;
}

interface Attribute {
  readonly oid: string;
  /** Undefined for a value that is not a string. */
  readonly text: string | undefined;
  readonly content: DerValue;
}

const shortNames = new Map<string, string>(Object.entries(attributeOids).map(([name, oid]) => [oid, name]));

export function readName(value: DerValue | undefined): Name {
  const relativeNames = parts(value).map((rdn) => parts(rdn).map(readAttribute));
  const compared = relativeNames.map((attributes) => attributes.map(comparable).sort().join('+'));
  return {
    text: relativeNames
      .map((attributes) => attributes.map(attributeText).join('+'))
      .reverse()
      .join(','),
    comparable: compared,
    key: JSON.stringify(compared),
  };
}

export function sameName(a: Name, b: Name): boolean {
  return a.key === b.key;
}

/** Whether a name is in the subtree below `base` (RFC 5280 §4.2.1.10). */
export function isWithin(name: Name, base: Name): boolean {
  return base.comparable.every((part, index) => part === name.comparable[index]);
}

function readAttribute(value: DerValue): Attribute {
  const [type, content] = parts(value);
  if (content === undefined)
    throw certificateError('an attribute with a type and a value', 'another structure');
  const oid = readOid(type);
  return { oid, text: stringValue(content), content };
}

/** X.680 §41: string types that node-forge has no names for. */
const stringTag = { numeric: 18, teletex: 20, visible: 26, universal: 28 } as const;
const singleByteStrings: readonly number[] = [
  stringTag.numeric,
  tag.PRINTABLESTRING,
  stringTag.teletex,
  tag.IA5STRING,
  stringTag.visible,
];

function stringValue({ type, tagClass: where, value }: DerValue): string | undefined {
  if (where !== tagClass.UNIVERSAL || typeof value !== 'string') return undefined;
  if (type === tag.BMPSTRING || singleByteStrings.includes(type)) return value;
  const bytes = Buffer.from(value, 'latin1');
  if (type === tag.UTF8) return bytes.toString('utf8');
  return Number(type) === stringTag.universal ? utf32(bytes) : undefined;
}

function utf32(bytes: Buffer): string | undefined {
  const points = Array.from({ length: Math.floor(bytes.length / 4) }, (_, index) =>
    bytes.readUInt32BE(4 * index),
  );
  return points.every((point) => point <= 0x10ffff) ? String.fromCodePoint(...points) : undefined;
}

function attributeText({ oid, text, content }: Attribute): string {
  const name = shortNames.get(oid);
  return name === undefined || text === undefined ? `${oid}=#${hexOf(content)}` : `${name}=${escaped(text)}`;
}

function hexOf(content: DerValue): string {
  return Buffer.from(encodeDer(content)).toString('hex');
}

/** RFC 4514 §2.4; control characters, which could deceive a terminal, are escaped as well. */
function escaped(text: string): string {
  const special = text.replaceAll(/["+,;<>\\]|^[ #]| $/g, String.raw`\$&`);
  const inHex = (character: string): string =>
    [...Buffer.from(character)].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');
  return special.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, inHex);
}

function comparable({ oid, text, content }: Attribute): string {
  const folded = text?.normalize('NFKC').toLowerCase().trim().replaceAll(/\s+/g, ' ');
  return folded === undefined ? `${oid}=#${hexOf(content)}` : `${oid}=${JSON.stringify(folded)}`;
}

/**
 * A Name on its own, as RFC 4514 text.
 *
 * @throws AssayError ERR_CERTIFICATE for bytes that are none
 */
export function nameTextOf(der: Uint8Array): string {
  return readName(decodeDer(der)).text;
}
