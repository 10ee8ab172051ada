import { Buffer } from 'node:buffer';
import { contextTag, onlyTlv, sequenceReader, type Tlv, TlvReader, tlvList, tlvTag } from './tlv.ts';

/** The parts of a certificate (RFC 5280 §4.1) octet by octet, as hashes and signatures are made over them. */
export interface CertificateFields {
  /** The members of TBSCertificate in their order. */
  readonly members: readonly Tlv[];
  /** The octets of the INTEGER, hexadecimal, as lists and answers repeat them. */
  readonly serial: string;
  /** The whole Name of who issued it, and of whom it is about. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  /** The whole SubjectPublicKeyInfo. */
  readonly publicKeyInfo: Uint8Array;
  /** The octets of its BIT STRING, without the count of unused bits: what key hashes are made over. */
  readonly publicKeyBits: Uint8Array;
  readonly extensions: readonly RawExtension[];
}

export interface RawExtension {
  /** The content octets of the object identifier, hexadecimal. */
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Uint8Array;
  /** The whole Extension. */
  readonly whole: Uint8Array;
}

/** More than any certificate, response or list in use has. */
const maxExtensions = 100;

/**
 * Takes a certificate apart.
 *
 * @throws AssayError ERR_SIGNED_DATA_DECODE for what is not one
 */
export function certificateFields(der: Uint8Array): CertificateFields {
  const body = sequenceReader(der).take(tlvTag.sequence);
  const members = tlvList(body.content, 12);
  const reader = new TlvReader(body.content);
  reader.optional(contextTag(0));
  const serial = Buffer.from(reader.take(tlvTag.integer).content).toString('hex');
  reader.take(tlvTag.sequence);
  const issuer = reader.take(tlvTag.sequence).whole;
  reader.take(tlvTag.sequence);
  const subject = reader.take(tlvTag.sequence).whole;
  const publicKeyInfo = reader.take(tlvTag.sequence);
  const list = members.find(({ tag }) => tag === contextTag(3));
  return {
    members,
    serial,
    issuer,
    subject,
    publicKeyInfo: publicKeyInfo.whole,
    publicKeyBits: publicKeyBits(publicKeyInfo),
    extensions: list === undefined ? [] : rawExtensions(list.content),
  };
}

/**
 * The whole Names of who issued a certificate and of whom it is about, without a look at the rest.
 *
 * @throws AssayError ERR_SIGNED_DATA_DECODE for what is not one
 */
export function certificateNames(der: Uint8Array): Pick<CertificateFields, 'issuer' | 'subject'> {
  const reader = new TlvReader(sequenceReader(der).take(tlvTag.sequence).content);
  reader.optional(contextTag(0));
  reader.take(tlvTag.integer);
  reader.take(tlvTag.sequence);
  const issuer = reader.take(tlvTag.sequence).whole;
  reader.take(tlvTag.sequence);
  return { issuer, subject: reader.take(tlvTag.sequence).whole };
}

function publicKeyBits({ content }: Tlv): Uint8Array {
  const reader = new TlvReader(content);
  reader.take(tlvTag.sequence);
  return reader.take(tlvTag.bitString).content.subarray(1);
}

/** @param bytes the whole SEQUENCE of extensions */
export function rawExtensions(bytes: Uint8Array): RawExtension[] {
  return tlvList(onlyTlv(bytes, tlvTag.sequence).content, maxExtensions).map(({ whole }) => {
    const reader = sequenceReader(whole);
    const oid = Buffer.from(reader.take(tlvTag.oid).content).toString('hex');
    const critical = reader.optional(tlvTag.boolean)?.content.some((octet) => octet !== 0) ?? false;
    const value = reader.take(tlvTag.octetString).content;
    reader.end();
    return { oid, critical, value, whole };
  });
}

/** Content octets of the object identifiers that are looked for, hexadecimal. */
export const rawOids = {
  /** 1.3.6.1.5.5.7.1.1 */
  authorityInfoAccess: '2b06010505070101',
  /** 2.5.29.31 */
  crlDistributionPoints: '551d1f',
  /** 1.3.6.1.5.5.7.1.24, RFC 7633 */
  tlsFeature: '2b06010505070118',
  /** 1.3.6.1.4.1.11129.2.4.2, RFC 6962 §3.3 */
  embeddedTimestamps: '2b06010401d679020402',
  /** 1.3.6.1.4.1.11129.2.4.5, RFC 6962 §3.3 */
  ocspTimestamps: '2b06010401d679020405',
  /** 1.3.6.1.5.5.7.48.1 */
  ocsp: '2b06010505073001',
  /** 1.3.6.1.5.5.7.48.2 */
  caIssuers: '2b06010505073002',
  /** 1.3.6.1.5.5.7.48.1.1 */
  basicOcspResponse: '2b0601050507300101',
  /** 2.5.29.21 */
  crlReason: '551d15',
  /** 2.5.29.27 */
  deltaCrlIndicator: '551d1b',
  /** 2.5.29.28 */
  issuingDistributionPoint: '551d1c',
  /** 2.5.29.29 */
  certificateIssuer: '551d1d',
  /** 2.5.29.20 */
  crlNumber: '551d14',
  /** 2.5.29.35 */
  authorityKeyIdentifier: '551d23',
} as const;
