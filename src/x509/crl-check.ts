import { Buffer } from 'node:buffer';
import { AssayError } from '../model/index.ts';
import type { Certificate } from './certificate.ts';
import { certificateFields, rawOids } from './certificate-fields.ts';
import { findRevoked, type RevocationList, type RevokedCertificate, readRevocationList } from './crl.ts';
import { isForEver, outsidePeriod, type RevocationQuestion, type RevocationVerdict } from './revocation.ts';
import { type RevocationReason, readReason } from './revocation-reason.ts';
import { isSignedBy, weakSignature } from './signed-data.ts';
import { distributionPointUrls, statusExtensions } from './status-extensions.ts';
import { contextTag, sequenceReader } from './tlv.ts';

/** Critical extensions that change nothing for a complete list of one issuer. */
const harmless: readonly string[] = [rawOids.crlNumber, rawOids.authorityKeyIdentifier];

/**
 * What a list of revoked certificates (DER) says of a certificate: RFC 5280 §6.3.3. Only lists that the issuer
 * itself signed are judged, whole or for a part that the certificate is of: no delta lists, no indirect ones.
 */
export function judgeCrl(list: Uint8Array, question: RevocationQuestion): RevocationVerdict {
  try {
    return judge(readRevocationList(list), question);
  } catch (error) {
    if (error instanceof AssayError) return { kind: 'invalid', why: error.message };
    throw error;
  }
}

function judge(list: RevocationList, question: RevocationQuestion): RevocationVerdict {
  const fault = faultOf(list, question);
  if (fault !== undefined) return { kind: 'invalid', why: fault };
  const signed = {
    signer: 'the issuer',
    thisUpdate: list.thisUpdate,
    ...(list.nextUpdate === undefined ? {} : { nextUpdate: list.nextUpdate }),
  };
  const entry = findRevoked(list, certificateFields(question.certificate.der).serial);
  const reason = entry === undefined ? undefined : reasonOf(entry);
  const outside = outsidePeriod(list, question.atMs);
  const future = Date.parse(list.thisUpdate) > question.atMs;
  if (outside !== undefined && (entry === undefined || future || !isForEver(reason)))
    return { kind: 'invalid', why: outside };
  if (entry === undefined) return { kind: 'good', ...signed };
  return { kind: 'revoked', at: entry.at, ...(reason === undefined ? {} : { reason }), ...signed };
}

function faultOf(list: RevocationList, { certificate, issuer }: RevocationQuestion): string | undefined {
  const weak = weakSignature(list.signed.algorithm);
  if (weak !== undefined) return weak;
  if (Buffer.compare(list.issuer, certificateFields(certificate.der).issuer) !== 0)
    return 'it is the list of another issuer';
  if (issuer.extensions.keyUsage?.includes('cRLSign') === false) return "the issuer's key may not sign lists";
  if (!isSignedBy(list.signed, issuer.key.object)) return "it was not signed by the issuer's key";
  return coverageFault(list, certificate);
}

/** Why the list may leave this certificate out, or undefined. */
function coverageFault({ extensions }: RevocationList, certificate: Certificate): string | undefined {
  for (const { oid, critical, value } of extensions) {
    const covered =
      oid === rawOids.issuingDistributionPoint ? coversPoint(value, certificate) : isHarmless(oid, critical);
    if (!covered) return `it may not cover the certificate: extension 0x${oid}`;
  }
  return undefined;
}

function isHarmless(oid: string, critical: boolean): boolean {
  return oid !== rawOids.deltaCrlIndicator && (!critical || harmless.includes(oid));
}

/** Of IssuingDistributionPoint (RFC 5280 §5.2.5): the flags that take a kind of certificate, or reasons, out. */
const flag = { usersOnly: 1, authoritiesOnly: 2, someReasons: 3, indirect: 4, attributesOnly: 5 } as const;

/** A list for a part counts for a certificate that names where it is published, and that is of that part. */
function coversPoint(value: Uint8Array, { der, extensions }: Certificate): boolean {
  const reader = sequenceReader(value);
  const point = reader.optional(contextTag(0));
  const authority = extensions.basicConstraints?.ca === true;
  const allowed = contextTag(authority ? flag.authoritiesOnly : flag.usersOnly, 'primitive');
  while (!reader.ended) {
    const { tag, content } = reader.next();
    if (tag !== allowed && content.some((octet) => octet !== 0)) return false;
  }
  if (point === undefined) return true;
  const published = distributionPointUrls(point.content);
  return statusExtensions(der).crlUrls.some((url) => published.includes(url));
}

/** An entry with a critical extension other than these is one that cannot be understood (RFC 5280 §5.3). */
function reasonOf({ extensions }: RevokedCertificate): RevocationReason | undefined {
  const reason = extensions.find(({ oid }) => oid === rawOids.crlReason);
  return reason === undefined ? undefined : readReason(reason.value);
}
