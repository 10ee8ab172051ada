import {
  contextBytes,
  contextParts,
  type DerValue,
  encodeDer,
  integer,
  primitive,
  sequence,
  tag,
} from '../../src/x509/der.ts';
import { issueCa, issueLeaf, type KeyKind, party } from './authority.ts';
import { extension, issueList, issueOcsp, type ResponseRequest, refusedOcsp } from './status-authority.ts';

/** One signed source, asked about one certificate. */
export interface StatusCase {
  readonly name: string;
  readonly source: 'ocsp' | 'crl';
  readonly bytes: Uint8Array;
  readonly certificate: Uint8Array;
  readonly issuer: Uint8Array;
  readonly expected: 'good' | 'revoked' | 'unknown' | 'invalid';
  /** What the reason must say where it is invalid. */
  readonly why?: RegExp;
  /** The digest of the CertID, which openssl must be told. */
  readonly digest?: 'sha1' | 'sha256' | 'sha384';
  /** Where assay is stricter than openssl, why. */
  readonly stricter?: string;
}

const hour = 3_600_000;
const day = 24 * hour;
const crlUrl = 'http://crl.host.test/1.crl';

/** Everything is issued around the instant, so that openssl, which has its own clock, can judge it too. */
export function statusCases(now: Date): StatusCase[] {
  const at = (offset: number): Date => new Date(Math.floor(now.getTime() / 1000) * 1000 + offset);
  const validity = { notBefore: at(-30 * day), notAfter: at(30 * day) };
  const times = { thisUpdate: at(-hour), nextUpdate: at(day) };
  const ca = party('Status CA');
  const issuer = issueCa(ca, ca, validity);
  const leaf = issueLeaf(party('host.test'), ca, {
    ...validity,
    extensions: [{ oid: '2.5.29.31', critical: false, value: distributionPoint(crlUrl) }],
  });
  const other = issueLeaf(party('other.test'), ca, validity);
  const rsaCa = party('Status CA', 'rsa');
  const stranger = party('Stranger');
  const strangerCa = issueCa(stranger, stranger, validity);
  const delegate = party('Responder');
  const signing = { ...validity, extendedKeyUsage: ['OCSPSigning'] as const, dnsNames: [] };
  const delegateCertificate = issueLeaf(delegate, ca, signing);
  const about = { certificate: leaf, issuer, ...times };
  const direct = { signer: ca, responder: issuer };
  const delegated = { signer: delegate, responder: delegateCertificate, certificates: [delegateCertificate] };

  const ocsp = (
    name: string,
    expected: StatusCase['expected'],
    request: Partial<ResponseRequest>,
    more: Partial<StatusCase> = {},
  ): StatusCase => ({
    name: `OCSP: ${name}`,
    source: 'ocsp',
    bytes: issueOcsp({ ...direct, answers: [about], ...request }),
    certificate: leaf,
    issuer,
    expected,
    ...more,
  });
  const delegateOf = (overrides: Parameters<typeof issueLeaf>[2], by = ca): Partial<ResponseRequest> => {
    const certificate = issueLeaf(delegate, by, { ...signing, ...overrides });
    return { signer: delegate, responder: certificate, certificates: [certificate] };
  };
  const tampered = issueOcsp({ ...direct, answers: [about] });
  tampered[tampered.length - 5] = (tampered[tampered.length - 5] as number) ^ 1;
  const ofKind = (kind: KeyKind): StatusCase => {
    const signer = party(`${kind} CA`, kind);
    const its = issueCa(signer, signer, validity);
    const certificate = issueLeaf(party('host.test'), signer, validity);
    const bytes = issueOcsp({ signer, responder: its, answers: [{ ...about, certificate, issuer: its }] });
    const name = `OCSP: signed with a key of kind ${kind}`;
    return { name, source: 'ocsp', bytes, certificate, issuer: its, expected: 'good' };
  };

  const list = (
    name: string,
    expected: StatusCase['expected'],
    request: Partial<Parameters<typeof issueList>[0]>,
    more: Partial<StatusCase> = {},
  ): StatusCase => ({
    name: `CRL: ${name}`,
    source: 'crl',
    bytes: issueList({ signer: ca, issuer, ...times, ...request }),
    certificate: leaf,
    issuer,
    expected,
    ...more,
  });
  const revoked = { certificate: leaf, at: at(-2 * hour) };
  const many = Array.from({ length: 300 }, () => ({ certificate: other, at: at(-day) }));
  const idp = (...members: readonly DerValue[]) => ({
    extensions: [extension('2.5.29.28', sequence(...members), true)],
  });
  const point = (url: string) =>
    contextParts(0, contextParts(0, contextBytes(6, Buffer.from(url, 'latin1'))));

  return [
    ocsp('good, by the issuer', 'good', {}),
    ocsp('good, by key', 'good', { by: 'key' }),
    ocsp('unknown', 'unknown', { answers: [{ ...about, status: 'unknown' }] }),
    ocsp('revoked', 'revoked', { answers: [{ ...about, status: { revokedAt: at(-day), reason: 1 } }] }),
    ocsp('revoked without a reason', 'revoked', { answers: [{ ...about, status: { revokedAt: at(-day) } }] }),
    ocsp(
      'SHA-256 in the identifier',
      'good',
      { answers: [{ ...about, digest: 'sha256' }] },
      { digest: 'sha256' },
    ),
    ocsp(
      'SHA-384 in the identifier',
      'good',
      { answers: [{ ...about, digest: 'sha384' }] },
      { digest: 'sha384' },
    ),
    ocsp('among others', 'good', { answers: [{ ...about, certificate: other, status: 'unknown' }, about] }),
    ocsp(
      'of another certificate',
      'invalid',
      { answers: [{ ...about, certificate: other }] },
      { why: /nothing of this/ },
    ),
    ocsp(
      'of the same serial of another issuer',
      'invalid',
      { answers: [{ ...about, issuer: strangerCa }] },
      { why: /nothing of this/ },
    ),
    ocsp('no answers', 'invalid', { answers: [] }, { why: /nothing of this/ }),
    ocsp(
      'out of date',
      'invalid',
      { answers: [{ ...about, thisUpdate: at(-3 * day), nextUpdate: at(-day) }] },
      { why: /the next was due/ },
    ),
    ocsp(
      'of tomorrow',
      'invalid',
      { answers: [{ ...about, thisUpdate: at(day), nextUpdate: at(2 * day) }] },
      { why: /of a later time/ },
    ),
    ocsp('no next, new', 'good', { answers: [{ certificate: leaf, issuer, thisUpdate: at(-hour) }] }),
    ocsp(
      'no next, old',
      'invalid',
      { answers: [{ certificate: leaf, issuer, thisUpdate: at(-3 * day) }] },
      {
        why: /says no time of the next/,
        stricter: 'openssl takes an answer without nextUpdate of any age',
      },
    ),
    ocsp('by a delegate', 'good', delegated),
    ocsp('by a delegate, by key', 'good', { ...delegated, by: 'key' }),
    ocsp(
      'by a delegate, not sent along',
      'invalid',
      { ...delegated, certificates: [] },
      { why: /not signed by the issuer/ },
    ),
    ocsp('by a delegate without the purpose', 'invalid', delegateOf({ extendedKeyUsage: ['serverAuth'] }), {
      why: /may not sign OCSP/,
    }),
    ocsp(
      'by a delegate for any purpose',
      'invalid',
      delegateOf({ extendedKeyUsage: ['anyExtendedKeyUsage'] }),
      { why: /may not sign OCSP/ },
    ),
    ocsp('by a delegate that expired', 'invalid', delegateOf({ notAfter: at(-day) }), {
      why: /not valid at the time/,
    }),
    ocsp('by a delegate certified over SHA-1', 'invalid', delegateOf({ digest: 'sha1' }), {
      why: /of the certificate of .* is broken/,
      stricter: 'openssl takes SHA-1 here',
    }),
    ocsp('by the delegate of a stranger', 'invalid', delegateOf({}, stranger), {
      why: /not certified by the issuer/,
    }),
    ocsp('by a self-certified delegate', 'invalid', delegateOf({}, delegate), {
      why: /not certified by the issuer/,
    }),
    ocsp(
      'by a stranger under the name of the issuer',
      'invalid',
      { signer: stranger },
      { why: /not signed by the issuer/ },
    ),
    ocsp(
      'by a stranger',
      'invalid',
      { signer: stranger, responder: strangerCa, certificates: [strangerCa] },
      { why: /not certified by the issuer/ },
    ),
    ocsp(
      'by a key other than the delegate',
      'invalid',
      { ...delegated, signer: stranger },
      { why: /was not made by/ },
    ),
    ocsp('altered', 'invalid', {}, { bytes: tampered, why: /not signed by the issuer/ }),
    ocsp(
      'signed over SHA-1',
      'invalid',
      { digest: 'sha1' },
      { why: /broken/, stricter: 'openssl takes SHA-1 here' },
    ),
    ocsp('signed over MD5', 'invalid', { signer: rsaCa, digest: 'md5' }, { why: /broken/ }),
    ocsp('refused', 'invalid', {}, { bytes: refusedOcsp(6), why: /unauthorized/ }),
    ocsp(
      'two answers, one revoked',
      'revoked',
      { answers: [about, { ...about, status: { revokedAt: at(-day) } }] },
      {
        stricter: 'openssl takes the first answer',
      },
    ),
    ocsp(
      'revoked, out of date',
      'revoked',
      {
        answers: [
          {
            ...about,
            thisUpdate: at(-3 * day),
            nextUpdate: at(-day),
            status: { revokedAt: at(-5 * day), reason: 1 },
          },
        ],
      },
      { stricter: 'revoked stays revoked; openssl warns of the times and says revoked as well' },
    ),
    ocsp(
      'on hold, out of date',
      'invalid',
      {
        answers: [
          {
            ...about,
            thisUpdate: at(-3 * day),
            nextUpdate: at(-day),
            status: { revokedAt: at(-5 * day), reason: 6 },
          },
        ],
      },
      { why: /the next was due/ },
    ),
    ocsp(
      'a critical extension that nobody knows',
      'invalid',
      {
        answers: [{ ...about, extensions: [extension('1.2.3.4', primitive(tag.NULL, ''), true)] }],
      },
      { why: /no critical extension/, stricter: 'openssl does not look at critical extensions of answers' },
    ),
    ...(['rsa', 'rsa-pss', 'ec', 'ec-384', 'ed25519'] as const).map(ofKind),

    list('empty', 'good', {}),
    list('of others', 'good', { revoked: many }),
    list('revoked', 'revoked', { revoked: [...many, { ...revoked, reason: 1 }] }),
    list('revoked without a reason', 'revoked', { revoked: [revoked] }),
    list(
      'out of date',
      'invalid',
      { thisUpdate: at(-3 * day), nextUpdate: at(-day) },
      { why: /the next was due/ },
    ),
    list(
      'of tomorrow',
      'invalid',
      { thisUpdate: at(day), nextUpdate: at(2 * day) },
      { why: /of a later time/ },
    ),
    list('revoked, out of date', 'revoked', {
      thisUpdate: at(-3 * day),
      nextUpdate: at(-day),
      revoked: [revoked],
    }),
    list('by another key', 'invalid', { signer: stranger }, { why: /not signed by the issuer/ }),
    list('of another issuer', 'invalid', { signer: stranger, issuer: strangerCa }, { why: /another issuer/ }),
    list(
      'signed over SHA-1',
      'invalid',
      { digest: 'sha1' },
      { why: /broken/, stricter: 'openssl takes SHA-1 in lists at this level' },
    ),
    list('with a number', 'good', { extensions: [extension('2.5.29.20', integer(7))] }),
    list(
      'delta',
      'invalid',
      { extensions: [extension('2.5.29.27', integer(7), true)] },
      { why: /may not cover/ },
    ),
    list(
      'of an unknown critical extension',
      'invalid',
      { extensions: [extension('1.2.3.4', integer(7), true)] },
      { why: /may not cover/ },
    ),
    list('for the part that the certificate names', 'good', idp(point(crlUrl))),
    list('for another part', 'invalid', idp(point('http://crl.host.test/2.crl')), { why: /may not cover/ }),
    list('for the part, users only', 'good', idp(point(crlUrl), contextBytes(1, Uint8Array.of(0xff)))),
    list(
      'for the part, authorities only',
      'invalid',
      idp(point(crlUrl), contextBytes(2, Uint8Array.of(0xff))),
      { why: /may not cover/ },
    ),
  ];
}

function distributionPoint(url: string): Uint8Array {
  const name = contextParts(0, contextParts(0, contextBytes(6, Buffer.from(url, 'latin1'))));
  return encodeDer(sequence(sequence(name)));
}
