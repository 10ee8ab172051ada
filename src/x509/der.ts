import { Buffer } from 'node:buffer';
import type forge from 'node-forge';
import asn1 from 'node-forge/lib/asn1.js';
import { AssayError } from '../model/index.ts';

/** One ASN.1 value: a string of bytes (one character each), or its parts. */
export type DerValue = forge.asn1.Asn1;

export const tag = asn1.Type;
export const tagClass = asn1.Class;

/** A certificate that could not be read: always with the same code, whatever part of it was at fault. */
export function certificateError(expected: string, got: string, cause?: unknown): AssayError {
  return new AssayError('ERR_CERTIFICATE', `expected ${expected}, got ${got}`, {
    cause,
    remedy: 'Look at the certificate in the evidence and have it issued again if it is malformed.',
  });
}

/**
 * Reads exactly one value.
 *
 * @throws AssayError ERR_CERTIFICATE for anything else: trailing bytes, too deep, truncated
 */
export function decodeDer(bytes: Uint8Array): DerValue {
  try {
    return asn1.fromDer(Buffer.from(bytes).toString('latin1'));
  } catch (error) {
    throw certificateError('one DER value', error instanceof Error ? error.message : 'none', error);
  }
}

export function encodeDer(value: DerValue): Uint8Array {
  return Uint8Array.from(Buffer.from(asn1.toDer(value).bytes(), 'latin1'));
}

export function primitive(type: forge.asn1.Type, value: Uint8Array | string): DerValue {
  const bytes = typeof value === 'string' ? value : Buffer.from(value).toString('latin1');
  return asn1.create(tagClass.UNIVERSAL, type, false, bytes);
}

export function sequence(...parts: readonly (DerValue | undefined)[]): DerValue {
  return asn1.create(tagClass.UNIVERSAL, tag.SEQUENCE, true, present(parts));
}

export function set(...parts: readonly DerValue[]): DerValue {
  return asn1.create(tagClass.UNIVERSAL, tag.SET, true, [...parts]);
}

/** `[number] EXPLICIT` or a constructed `[number] IMPLICIT`. */
export function contextParts(number: number, ...parts: readonly (DerValue | undefined)[]): DerValue {
  return asn1.create(tagClass.CONTEXT_SPECIFIC, number, true, present(parts));
}

/** A primitive `[number] IMPLICIT`. */
export function contextBytes(number: number, bytes: Uint8Array): DerValue {
  return asn1.create(tagClass.CONTEXT_SPECIFIC, number, false, Buffer.from(bytes).toString('latin1'));
}

export function objectIdentifier(oid: string): DerValue {
  return primitive(tag.OID, asn1.oidToDer(oid).bytes());
}

/** A non-negative INTEGER. */
export function integer(value: number | bigint): DerValue {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  const signBitSet = (bytes[0] ?? 0) >= 0x80;
  return primitive(tag.INTEGER, signBitSet ? Buffer.concat([Buffer.of(0), bytes]) : bytes);
}

function present(parts: readonly (DerValue | undefined)[]): DerValue[] {
  return parts.filter((part) => part !== undefined);
}

/**
 * The parts of a constructed value.
 *
 * @throws AssayError ERR_CERTIFICATE for a primitive one
 */
export function parts(value: DerValue | undefined): readonly DerValue[] {
  if (value?.constructed === true && Array.isArray(value.value)) return value.value;
  throw certificateError('a constructed value', value === undefined ? 'none' : `primitive tag ${value.type}`);
}

/** The octets of a primitive value; of a BIT STRING with its count of unused bits first. */
export function octets(value: DerValue | undefined): Uint8Array {
  const bits = value as (DerValue & { readonly bitStringContents?: string }) | undefined;
  const content = bits?.bitStringContents ?? value?.value;
  if (typeof content === 'string') return Uint8Array.from(Buffer.from(content, 'latin1'));
  throw certificateError('a primitive value', value === undefined ? 'none' : 'a constructed one');
}

/**
 * An OBJECT IDENTIFIER in dotted form.
 *
 * @throws AssayError ERR_CERTIFICATE for another value, an empty one, or one whose numbers are beyond any in use
 */
export function readOid(value: DerValue | undefined): string {
  if (value?.type !== tag.OID) throw certificateError('an OBJECT IDENTIFIER', `tag ${value?.type ?? 'none'}`);
  const bytes = Buffer.from(octets(value)).toString('latin1');
  if (bytes.length === 0) throw certificateError('an OBJECT IDENTIFIER', 'an empty one');
  try {
    return asn1.derToOid(bytes);
  } catch (error) {
    throw certificateError('an OBJECT IDENTIFIER', 'one with a number above 2^53', error);
  }
}

/** A BOOLEAN; anything but zero is true. */
export function readBoolean(value: DerValue): boolean {
  return octets(value).some((byte) => byte !== 0);
}

/** A non-negative INTEGER of at most six octets. */
export function readInteger(value: DerValue): number {
  const bytes = Buffer.from(octets(value));
  if (bytes.length === 0 || bytes.length > 6 || (bytes[0] ?? 0) >= 0x80) {
    throw certificateError('a small INTEGER', `${bytes.length} octets`);
  }
  return bytes.readUIntBE(0, bytes.length);
}

/** The part tagged `[number]`, if there is one. */
export function contextPart(values: readonly DerValue[], number: number): DerValue | undefined {
  return values.find((value) => value.tagClass === tagClass.CONTEXT_SPECIFIC && value.type === number);
}

export function isUniversal(value: DerValue | undefined, type: forge.asn1.Type): value is DerValue {
  return value?.tagClass === tagClass.UNIVERSAL && value.type === type;
}
