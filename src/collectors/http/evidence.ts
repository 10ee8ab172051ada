import { Buffer } from 'node:buffer';
import { type Answer, requestLines, whyNone } from '../../http/answer.ts';
import type { Followed } from '../../http/redirects.ts';
import { AssayError, type EvidenceItem } from '../../model/index.ts';
import type { HttpSession } from './session.ts';

/** One character more than the parser reads, so that a value which is too long remains so. */
const limitValue = 4097;

/** Each request over TLS with what is kept of its answer. */
export function answerEvidence(session: HttpSession, answers: ReadonlyMap<string, Answer>): EvidenceItem {
  const requests = [...answers].map(([path, answer]) => ({ path, ...inWords(answer) }));
  return evidence('every request over TLS: what was asked, and what is kept of the answer', session, {
    // Our own look never depends on it; the TLS endpoint's controls judge it by the target's roots.
    certificate: { verified: false, byNodesRoots: session.distrust ?? 'accepted' },
    requests,
  });
}

/** Each chain of redirects from a request in the clear. */
export function redirectEvidence(
  session: HttpSession,
  followed: ReadonlyMap<string, Followed>,
  httpsAnswered: boolean,
): EvidenceItem {
  const paths = [...followed].map(([path, { hops, outcome, unknown }]) => ({
    path,
    hops,
    end: outcome ?? unknown?.why,
  }));
  return evidence('every request in the clear, and the redirects followed from it', session, {
    clearPort: session.http.clearPort,
    httpsAnswered,
    paths,
  });
}

function inWords(answer: Answer): object {
  const none = whyNone(answer);
  if (answer.kind !== 'answered') return { none: none?.why };
  const { status, policies, fields } = answer;
  return { status, fields, strictTransportSecurity: policies.map(printable) };
}

/** Other octets could be anything to whoever opens the file; the parser takes none of them for anything else than `?`. */
function printable(text: string): string {
  return text.slice(0, limitValue).replace(/[^\t -~]/g, '?');
}

function evidence(title: string, session: HttpSession, looked: object): EvidenceItem {
  const { host, address, port, userAgent } = session;
  const sent = requestLines('<path>', '<host>', userAgent);
  const bytes = Buffer.from(`${JSON.stringify({ address, host, port, sent, ...looked }, undefined, 2)}\n`);
  return { title, mediaType: 'application/json', extension: 'json', bytes };
}

const remedies: Readonly<Record<string, string>> = {
  ERR_NOT_HTTP:
    'Check the port; where the server speaks another protocol under TLS, name it as tls://host:port.',
  ERR_NOT_TLS: 'Check the port: something answers there that is not TLS.',
  ERR_TLS_HANDSHAKE:
    'Check what the server wants of a client (a certificate, a name, a version): nothing can be asked without a handshake.',
};

/** The error where no path got an answer. */
export function nothingAnswered(
  { code, why }: { readonly code: string; readonly why: string },
  items: readonly EvidenceItem[],
  also = '',
): AssayError {
  const remedy =
    remedies[code] ?? 'Check that the service runs, and that routes and firewalls let this machine reach it.';
  return new AssayError(code, why, { remedy: `${remedy}${also}`, evidence: items });
}
