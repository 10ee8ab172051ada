import type { Completeness } from '../model/index.ts';
import { type Answer, whyNone } from './answer.ts';
import type { Headers } from './facts/headers.ts';
import type { Redirects } from './facts/redirects.ts';
import type { Followed } from './redirects.ts';
import { parseStrictTransportSecurity } from './strict-transport-security.ts';

type Response = Headers['responses'][number];
type Path = Redirects['paths'][number];
type Missing = Completeness['missing'];

/** What the answers over TLS say, by declared path, and which gave none. */
export function deriveHeaders(answers: ReadonlyMap<string, Answer>): { value: Headers; missing: Missing } {
  const responses = [...answers].map(([path, answer]) => responseOf(path, answer));
  const missing = [...answers].flatMap(([path, answer]) => {
    const none = whyNone(answer);
    return none === undefined ? [] : [{ what: path, why: none.why }];
  });
  return { value: { responses }, missing };
}

function responseOf(path: string, answer: Answer): Response {
  if (answer.kind !== 'answered') return { path };
  const { status, policies } = answer;
  return { path, status, strictTransportSecurity: transportSecurity(policies) };
}

function transportSecurity(policies: readonly string[]): NonNullable<Response['strictTransportSecurity']> {
  const none = { maxAgeSeconds: 0, includeSubDomains: false, preload: false };
  const fields = policies.length;
  const [first] = policies;
  if (first === undefined) return { fields, heeded: false, problem: 'there is none', ...none };
  const parsed = parseStrictTransportSecurity(first);
  if (parsed.kind === 'ignored') return { fields, heeded: false, problem: parsed.why, ...none };
  const { kind: _, ...policy } = parsed;
  return { fields, heeded: true, ...policy };
}

/**
 * What plain HTTP answers, by declared path.
 *
 * @param secureAnswered whether the https port of the same address answered in the same look: without that, a refused
 *   connection proves no closed port but perhaps a machine that is down
 */
export function deriveRedirects(
  port: number,
  followed: ReadonlyMap<string, Followed>,
  secureAnswered: boolean,
): { value: Redirects; missing: Missing } {
  const missing: { what: string; why: string }[] = [];
  const paths = [...followed].map(([path, { hops, outcome, unknown }]): Path => {
    const known = outcome === 'closed' && !secureAnswered ? undefined : outcome;
    if (known === undefined) missing.push({ what: path, why: unknown?.why ?? unprovedClosed });
    const told = known === undefined ? {} : { outcome: known };
    return { path, ...told, hops: hops.map((hop) => ({ ...hop, inClear: hop.asked.startsWith('http:') })) };
  });
  return { value: { port, paths }, missing };
}

const unprovedClosed =
  'the connection was refused, and nothing answered on the https port to show that the host is up';
