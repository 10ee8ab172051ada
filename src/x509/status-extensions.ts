import { Buffer } from 'node:buffer';
import { AssayError } from '../model/index.ts';
import { certificateFields, type RawExtension, rawOids } from './certificate-fields.ts';
import { dnsNameText, nameKinds } from './general-names.ts';
import { contextTag, onlyTlv, sequenceReader, type Tlv, TlvReader, tlvList, tlvTag } from './tlv.ts';

/** What a certificate says of where and how its status is to be learned. */
export interface StatusExtensions {
  /** URLs of authorityInfoAccess (RFC 5280 §4.2.2.1): OCSP responders, and where the issuer's certificate is. */
  readonly ocspUrls: readonly string[];
  readonly issuerUrls: readonly string[];
  /** URLs of cRLDistributionPoints (§4.2.1.13). */
  readonly crlUrls: readonly string[];
  /** RFC 7633: the server promises to staple an OCSP response. */
  readonly mustStaple: boolean;
  /** The embedded SignedCertificateTimestampList (RFC 6962 §3.3). */
  readonly timestamps?: Uint8Array;
  /** Which of these extensions are there and malformed. */
  readonly malformed: readonly string[];
}

/** More than any certificate names. */
const maxValues = 50;
/** RFC 6066 §8: status_request. */
const statusRequest = 5;

/** Reads those extensions. One that is malformed is named, and taken as absent: clients do not refuse it either. */
export function statusExtensions(der: Uint8Array): StatusExtensions {
  const { extensions } = certificateFields(der);
  const malformed: string[] = [];
  const read = <T>(name: keyof typeof rawOids, reader: (value: Uint8Array) => T): T | undefined => {
    const found = extensions.find(({ oid }: RawExtension) => oid === rawOids[name]);
    if (found === undefined) return undefined;
    try {
      return reader(found.value);
    } catch (error) {
      if (!(error instanceof AssayError)) throw error;
      malformed.push(name);
      return undefined;
    }
  };
  const access = read('authorityInfoAccess', readAccess) ?? [];
  const urlsFor = (method: string): string[] =>
    access.filter((each) => each.method === method).map(({ url }) => url);
  const timestamps = read('embeddedTimestamps', (value) => onlyTlv(value, tlvTag.octetString).content);
  return {
    ocspUrls: urlsFor(rawOids.ocsp),
    issuerUrls: urlsFor(rawOids.caIssuers),
    crlUrls: read('crlDistributionPoints', readDistributionPoints) ?? [],
    mustStaple: (read('tlsFeature', readFeatures) ?? []).includes(statusRequest),
    ...(timestamps === undefined ? {} : { timestamps }),
    malformed,
  };
}

function readAccess(value: Uint8Array): { method: string; url: string }[] {
  return members(value).flatMap(({ whole }) => {
    const description = sequenceReader(whole);
    const method = Buffer.from(description.take(tlvTag.oid).content).toString('hex');
    return urls([description.next()]).map((url) => ({ method, url }));
  });
}

function readDistributionPoints(value: Uint8Array): string[] {
  return members(value).flatMap(({ whole }) => {
    const name = sequenceReader(whole).optional(contextTag(0));
    return name === undefined ? [] : distributionPointUrls(name.content);
  });
}

/** @param name content of a `[0]` DistributionPointName; a name relative to the issuer's gives no URL */
export function distributionPointUrls(name: Uint8Array): string[] {
  const full = new TlvReader(name).optional(contextTag(0));
  return full === undefined ? [] : urls(tlvList(full.content, maxValues));
}

function readFeatures(value: Uint8Array): number[] {
  return members(value).map(({ content }) => (content.length === 1 ? (content[0] as number) : -1));
}

function members(value: Uint8Array): Tlv[] {
  return tlvList(onlyTlv(value, tlvTag.sequence).content, maxValues);
}

function urls(names: readonly Tlv[]): string[] {
  return names
    .filter(({ tag }) => tag === contextTag(nameKinds.uri, 'primitive'))
    .map(({ content }) => dnsNameText(Buffer.from(content).toString('latin1')));
}
