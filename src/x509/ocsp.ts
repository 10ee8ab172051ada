import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { AssayError } from '../model/index.ts';
import { type Certificate, readCertificate } from './certificate.ts';
import { certificateFields } from './certificate-fields.ts';
import { keyPurposeOids } from './object-identifiers.ts';
import type { SingleAnswer } from './ocsp-answer.ts';
import { type OcspResponse, type Responder, readOcspResponse } from './ocsp-response.ts';
import { isForEver, outsidePeriod, type RevocationQuestion, type RevocationVerdict } from './revocation.ts';
import { isSignedBy, weakSignature } from './signed-data.ts';

type Answer = Extract<OcspResponse, { kind: 'answer' }>;

/** Digests by the content octets of their object identifiers (RFC 5019 §2.1.1 has SHA-1, RFC 9654 SHA-256). */
const digests: Readonly<Record<string, string>> = {
  '2b0e03021a': 'sha1',
  '608648016503040201': 'sha256',
  '608648016503040202': 'sha384',
  '608648016503040203': 'sha512',
};

/**
 * What an OCSP response (DER) says of a certificate: RFC 6960 §3.2. It must be signed by the issuer itself, or by
 * whom the issuer certified for that purpose, and be of the time of the look.
 */
export function judgeOcsp(response: Uint8Array, question: RevocationQuestion): RevocationVerdict {
  try {
    const read = readOcspResponse(response);
    if (read.kind === 'refusal') return invalid(`the responder refused: ${read.status}`);
    return judgeAnswer(read, question);
  } catch (error) {
    if (error instanceof AssayError) return invalid(error.message);
    throw error;
  }
}

function judgeAnswer(response: Answer, question: RevocationQuestion): RevocationVerdict {
  const about = response.answers.filter((answer) => isAbout(answer, question));
  if (about.length === 0) return invalid('it says nothing of this certificate');
  const weak = weakSignature(response.signed.algorithm);
  if (weak !== undefined) return invalid(weak);
  const signer = signerOf(response, question);
  if (typeof signer !== 'string') return invalid(signer.why);
  const verdicts = about.map((answer) => verdictOf(answer, signer, question.atMs));
  return verdicts.find(({ kind }) => kind === 'revoked') ?? (verdicts[0] as RevocationVerdict);
}

function verdictOf(answer: SingleAnswer, signer: string, atMs: number): RevocationVerdict {
  const { status, thisUpdate, nextUpdate } = answer;
  const signed = { signer, thisUpdate, ...(nextUpdate === undefined ? {} : { nextUpdate }) };
  if (status.kind === 'revoked' && isForEver(status.reason) && Date.parse(thisUpdate) <= atMs) {
    return { ...signed, ...status };
  }
  const outside = outsidePeriod(answer, atMs);
  return outside === undefined ? { ...signed, ...status } : invalid(outside);
}

/** RFC 6960 §4.1.1: the serial, and the issuer by the hashes of its name and key. */
function isAbout({ certificate: id }: SingleAnswer, { certificate, issuer }: RevocationQuestion): boolean {
  const digest = digests[id.digestOid];
  if (digest === undefined) return false;
  const { serial, issuer: issuerName } = certificateFields(certificate.der);
  const { publicKeyBits } = certificateFields(issuer.der);
  return (
    id.serial === serial &&
    id.issuerNameHash === hash(digest, issuerName) &&
    id.issuerKeyHash === hash(digest, publicKeyBits)
  );
}

/** Who signed, in words; or why nobody did who may. */
function signerOf(response: Answer, { issuer, atMs }: RevocationQuestion): string | { readonly why: string } {
  if (isResponder(response.responder, issuer) && isSignedBy(response.signed, issuer.key.object))
    return 'the issuer';
  const failures: string[] = [];
  for (const delegate of delegates(response)) {
    const why = delegateFault(delegate, issuer, atMs) ?? signatureFault(response, delegate);
    if (why === undefined) return `${delegate.subject.text}, for the issuer`;
    failures.push(why);
  }
  return { why: failures[0] ?? "it was not signed by the issuer's key" };
}

/** RFC 6960 §4.2.1: a response without certificates was signed by a key that everybody knows, the issuer's. */
function delegates({ certificates, responder }: Answer): Certificate[] {
  const read = certificates.flatMap((der) => {
    try {
      return [readCertificate(der)];
    } catch (error) {
      if (error instanceof AssayError) return [];
      throw error;
    }
  });
  return read.filter((certificate) => isResponder(responder, certificate));
}

/** RFC 6960 §4.2.2.2: issued by the very key that issued the certificate, and for this purpose. */
function delegateFault(delegate: Certificate, issuer: Certificate, atMs: number): string | undefined {
  const name = delegate.subject.text;
  const issuerName = certificateFields(delegate.der).issuer;
  if (!same(issuerName, certificateFields(issuer.der).subject) || !delegate.signedBy(issuer))
    return `${name}, who signed it, is not certified by the issuer`;
  const weak = weakSignature(delegate.signature);
  if (weak !== undefined) return `of the certificate of ${name}, who signed it: ${weak}`;
  const { extendedKeyUsage = [], keyUsage, unknownCritical } = delegate.extensions;
  if (!extendedKeyUsage.includes(keyPurposeOids.OCSPSigning))
    return `${name}, who signed it, may not sign OCSP`;
  if (keyUsage?.includes('digitalSignature') === false) return `the key of ${name} may not sign`;
  if (unknownCritical.length > 0) return `${name} has a critical extension that is not processed`;
  if (atMs < Date.parse(delegate.notBefore) || atMs > Date.parse(delegate.notAfter))
    return `the certificate of ${name}, who signed it, is not valid at the time`;
  return undefined;
}

function signatureFault({ signed }: Answer, { subject, key }: Certificate): string | undefined {
  return isSignedBy(signed, key.object) ? undefined : `its signature was not made by ${subject.text}`;
}

function isResponder(responder: Responder, { der }: Certificate): boolean {
  const { subject, publicKeyBits } = certificateFields(der);
  if (responder.kind === 'name') return same(responder.name, subject);
  return responder.sha1 === hash('sha1', publicKeyBits);
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function hash(digest: string, bytes: Uint8Array): string {
  return createHash(digest).update(bytes).digest('hex');
}

function invalid(why: string): RevocationVerdict {
  return { kind: 'invalid', why };
}
