import { createHash } from 'node:crypto';
import { certificateFields } from '../../src/x509/certificate-fields.ts';
import {
  contextParts,
  type DerValue,
  decodeDer,
  encodeDer,
  integer,
  objectIdentifier,
  primitive,
  sequence,
  tag,
} from '../../src/x509/der.ts';
import { type IssueDigest, signatureAlgorithm, signed } from '../../src/x509/issue.ts';
import { digestOids } from '../../src/x509/object-identifiers.ts';
import type { Party } from './authority.ts';

/** What a responder says of one certificate. */
export interface Answer {
  readonly certificate: Uint8Array;
  readonly issuer: Uint8Array;
  readonly digest?: 'sha1' | 'sha256' | 'sha384';
  readonly status?: 'good' | 'unknown' | { readonly revokedAt: Date; readonly reason?: number };
  readonly thisUpdate: Date;
  readonly nextUpdate?: Date;
  readonly extensions?: readonly DerValue[];
}

export interface ResponseRequest {
  readonly signer: Party;
  /** The certificate that names the responder, and is it by name or by key. */
  readonly responder: Uint8Array;
  readonly by?: 'name' | 'key';
  readonly answers: readonly Answer[];
  readonly certificates?: readonly Uint8Array[];
  readonly digest?: IssueDigest;
}

/** A signed OCSP response (RFC 6960 §4.2.1), DER. */
export function issueOcsp(request: ResponseRequest): Uint8Array {
  const { signer, responder, by = 'name', answers, certificates = [], digest = 'sha256' } = request;
  const fields = certificateFields(responder);
  const id =
    by === 'name'
      ? contextParts(1, decodeDer(fields.subject))
      : contextParts(2, primitive(tag.OCTETSTRING, hash('sha1', fields.publicKeyBits)));
  const producedAt = answers[0]?.thisUpdate ?? new Date(0);
  const data = sequence(id, generalizedTime(producedAt), sequence(...answers.map(single)));
  const basic = sequence(
    data,
    signatureAlgorithm(signer.privateKey, digest),
    bitString(signed(encodeDer(data), signer.privateKey, digest)),
    certificates.length === 0 ? undefined : contextParts(0, sequence(...certificates.map(decodeDer))),
  );
  const bytes = sequence(
    objectIdentifier('1.3.6.1.5.5.7.48.1.1'),
    primitive(tag.OCTETSTRING, encodeDer(basic)),
  );
  return encodeDer(sequence(primitive(tag.ENUMERATED, Uint8Array.of(0)), contextParts(0, bytes)));
}

export function refusedOcsp(status: number): Uint8Array {
  return encodeDer(sequence(primitive(tag.ENUMERATED, Uint8Array.of(status))));
}

function single(answer: Answer): DerValue {
  const {
    certificate,
    issuer,
    digest = 'sha1',
    status = 'good',
    thisUpdate,
    nextUpdate,
    extensions,
  } = answer;
  const id = sequence(
    sequence(objectIdentifier(digestOids[digest]), primitive(tag.NULL, '')),
    primitive(tag.OCTETSTRING, hash(digest, certificateFields(certificate).issuer)),
    primitive(tag.OCTETSTRING, hash(digest, certificateFields(issuer).publicKeyBits)),
    serialOf(certificate),
  );
  return sequence(
    id,
    statusValue(status),
    generalizedTime(thisUpdate),
    nextUpdate === undefined ? undefined : contextParts(0, generalizedTime(nextUpdate)),
    extensions === undefined ? undefined : contextParts(1, sequence(...extensions)),
  );
}

function statusValue(status: NonNullable<Answer['status']>): DerValue {
  if (status === 'good') return raw(0x80);
  if (status === 'unknown') return raw(0x82);
  const { revokedAt, reason } = status;
  const given =
    reason === undefined ? undefined : contextParts(0, primitive(tag.ENUMERATED, Uint8Array.of(reason)));
  return contextParts(1, generalizedTime(revokedAt), given);
}

/** A context tag without content, which the general builder has no name for. */
function raw(identifier: number): DerValue {
  return decodeDer(Uint8Array.of(identifier, 0));
}

export interface ListRequest {
  readonly signer: Party;
  /** The certificate of who issues the list. */
  readonly issuer: Uint8Array;
  readonly revoked?: readonly {
    readonly certificate: Uint8Array;
    readonly at: Date;
    readonly reason?: number;
  }[];
  readonly thisUpdate: Date;
  readonly nextUpdate?: Date;
  readonly extensions?: readonly DerValue[];
  readonly digest?: IssueDigest;
}

/** A signed list of revoked certificates (RFC 5280 §5.1), DER. */
export function issueList(request: ListRequest): Uint8Array {
  const { signer, issuer, revoked = [], thisUpdate, nextUpdate, extensions, digest = 'sha256' } = request;
  const algorithm = signatureAlgorithm(signer.privateKey, digest);
  const entries = revoked.map(({ certificate, at, reason }) =>
    sequence(
      serialOf(certificate),
      generalizedTime(at),
      reason === undefined
        ? undefined
        : sequence(extension('2.5.29.21', primitive(tag.ENUMERATED, Uint8Array.of(reason)))),
    ),
  );
  const body = sequence(
    integer(1),
    algorithm,
    decodeDer(certificateFields(issuer).subject),
    generalizedTime(thisUpdate),
    nextUpdate === undefined ? undefined : generalizedTime(nextUpdate),
    entries.length === 0 ? undefined : sequence(...entries),
    extensions === undefined ? undefined : contextParts(0, sequence(...extensions)),
  );
  return encodeDer(sequence(body, algorithm, bitString(signed(encodeDer(body), signer.privateKey, digest))));
}

export function extension(oid: string, value: DerValue, critical = false): DerValue {
  return sequence(
    objectIdentifier(oid),
    critical ? primitive(tag.BOOLEAN, Uint8Array.of(0xff)) : undefined,
    primitive(tag.OCTETSTRING, encodeDer(value)),
  );
}

function serialOf(certificate: Uint8Array): DerValue {
  return primitive(tag.INTEGER, Buffer.from(certificateFields(certificate).serial, 'hex'));
}

function generalizedTime(instant: Date): DerValue {
  return primitive(tag.GENERALIZEDTIME, instant.toISOString().replaceAll(/[-:T]|\.\d+/g, ''));
}

function bitString(bytes: Uint8Array): DerValue {
  return primitive(tag.BITSTRING, Uint8Array.of(0, ...bytes));
}

function hash(digest: string, bytes: Uint8Array): Uint8Array {
  return createHash(digest).update(bytes).digest();
}
