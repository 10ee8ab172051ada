import { AssayError, type Completeness } from '../../model/index.ts';
import { status } from '../../tls/facts/status.ts';
import { type Versions, versions } from '../../tls/facts/versions.ts';
import { type Inquiry, statusInquiries, statusValue } from '../../tls/status-facts.ts';
import { type IssuerStatus, maxUrls, type StatusRequest } from '../../tls/status-inquiry.ts';
import type { CollectContext, FactCollector } from '../collector.ts';
import { orAborted } from '../interruptible.ts';
import { certificatesOf, certificatesPlan, handshakesInWords, heldAgainstEvidence } from './certificates.ts';
import { type Reach, systemReach } from './issuer-address.ts';
import { askOnce } from './issuer-answers.ts';
import { type Fetched, maxRedirects } from './issuer-web.ts';
import { statusEvidence } from './revocation.ts';
import type { TlsSession } from './session.ts';
import { answerEvidence, withheldFrom } from './status-evidence.ts';
import { rootsFor } from './trust-roots.ts';

/** What was asked about one certificate, and what came. */
export interface AskedIssuer {
  readonly request: StatusRequest;
  readonly fetched: Fetched;
  readonly inquiry: Inquiry;
}

/** A chain has three or four certificates; of more, a hostile one, nobody is asked about the rest. */
const maxInquiries = 12;

/** Collects `tls.status`: asks the issuers over the network, which only a scan that was told to does. */
export function statusCollectorWith(reach: Reach): FactCollector<TlsSession> {
  return {
    fact: status.name,
    needs: [versions.name],
    plan: {
      requests: [
        ...certificatesPlan.requests,
        `to the issuers of at most ${maxInquiries} certificates, not to the endpoint: GET of the lists and POST of an OCSP request at the URLs in the certificate, at most ${maxUrls} of them until one says good or revoked, each with at most ${maxRedirects} redirects`,
      ],
    },
    async collect(session, read, context) {
      if (session.proxied) throw pastProxy(session.where);
      const roots = await rootsFor(session.caFile);
      const seen = await certificatesOf(session, (await read(versions.name)) as Versions);
      const { chains, missing, atMs } = seen;
      const inquiries = statusInquiries({ chains, roots, atMs });
      const asked: AskedIssuer[] = [];
      const answered = await Promise.all(
        inquiries.slice(0, maxInquiries).map(async (inquiry) => ({
          inquiry,
          status: await run(inquiry, session, context, reach, asked),
        })),
      );
      const value = statusValue(answered);
      const unasked = inquiries.slice(maxInquiries).map(({ certificate: { subject } }) => ({
        what: `the status of ${subject.text}`,
        why: `nobody is asked about more than ${maxInquiries} certificates of one endpoint`,
      }));
      return {
        value,
        method: 'TEST',
        completeness: completenessOf(value, [...missing, ...unasked]),
        requests: [...handshakesInWords(seen), ...asked.map(requestInWords)],
        evidence: [
          ...heldAgainstEvidence(session, seen, roots),
          ...chains.flatMap(statusEvidence),
          ...answerEvidence(asked),
        ],
        withheld: withheldFrom(asked),
      };
    },
  };
}

export const statusCollector = statusCollectorWith(systemReach);

/** Issuers are asked from here: nobody who named a proxy for a target expects that of its certificates. */
function pastProxy(where: string): AssayError {
  return new AssayError(
    'ERR_PROXY_NOT_FOR_ISSUERS',
    `expected to ask the issuers of the certificates of ${where} directly, got a target behind a proxy`,
    {
      remedy:
        'Leave --probe revocation out here, or run it without the proxy where issuers may be asked directly.',
    },
  );
}

async function run(
  inquiry: Inquiry,
  { caFile, where }: TlsSession,
  context: CollectContext,
  reach: Reach,
  asked: AskedIssuer[],
): Promise<IssuerStatus> {
  const { asking, isOwn } = inquiry;
  let step = asking.next();
  while (!step.done) {
    const request = step.value;
    // Another subject may wait for the same answer: what one subject's deadline ends is the waiting alone.
    const fetched = await orAborted(
      () => askOnce(request, { isOwn, caFile }, context, reach),
      where,
      context.signal,
    );
    asked.push({ request, fetched, inquiry });
    step = asking.next(fetched);
  }
  return step.value;
}

function requestInWords({ request: { kind, url }, inquiry: { certificate } }: AskedIssuer): string {
  const what = kind === 'crl' ? `GET ${url}` : `POST ${url}, an OCSP request`;
  return `${what}, about certificate ${certificate.sha256}`;
}

function completenessOf(
  { certificates, authorities }: ReturnType<typeof statusValue>,
  missing: Completeness['missing'],
): Completeness[] {
  const basis = 'The certificates of every chain sent, as tls.chain has them';
  return [
    { list: '/certificates', basis, returned: certificates.length, missing },
    { list: '/authorities', basis, returned: authorities.length, missing },
  ];
}
