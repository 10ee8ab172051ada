import type { Answer, Answered, Ask } from './answer.ts';
import { whyNone } from './answer.ts';
import type { RedirectOutcome } from './facts/redirects.ts';
import { hostOf, isWeb, keepablePart, portOf, resolveLocation } from './location.ts';

/** Where a target speaks HTTP over TLS, and where in the clear. */
export interface Site {
  /** As targets have it: an address without brackets. */
  readonly host: string;
  readonly port: number;
  readonly clearPort: number;
}

/** One request of a chain of redirects, without what could be a secret. */
export interface Hop {
  readonly asked: string;
  readonly status: number;
  /** Where its Location leads. */
  readonly to?: string;
  readonly setsCookie: boolean;
}

/** A chain of redirects, and where it ended; without outcome: why that is not known. */
export interface Followed {
  readonly hops: readonly Hop[];
  readonly outcome?: RedirectOutcome;
  readonly unknown?: { readonly code: string; readonly why: string };
}

/** Requests in one chain. */
export const mostHops = 5;
const redirectStatuses = [301, 302, 303, 307, 308];

type Onward = { readonly ask: Ask } | { readonly outcome: RedirectOutcome };

/**
 * Asks for a path in the clear and follows where it is sent, sans-IO: yields requests and is fed the answers. Only the
 * target's own two ports are asked; what leads elsewhere is named.
 */
export function* followFromClear(site: Site, path: string): Generator<Ask, Followed, Answer> {
  const hops: Hop[] = [];
  let ask: Ask = { secure: false, path };
  while (hops.length < mostHops) {
    const answer: Answer = yield ask;
    if (answer.kind === 'nothing-listens' && hops.length === 0) return { hops, outcome: 'closed' };
    if (answer.kind !== 'answered') return { hops, unknown: afterHops(hops, answer) };
    const asked = urlOf(site, ask);
    const to = leadsTo(answer, asked);
    hops.push(hopOf(asked, answer, to));
    const onward = goOn(site, ask, answer, to);
    if ('outcome' in onward) return { hops, outcome: onward.outcome };
    ask = onward.ask;
  }
  return { hops, outcome: ask.secure ? 'https' : 'clear' };
}

function afterHops(hops: readonly Hop[], answer: Answer): { code: string; why: string } {
  const { code = '', why = '' } = whyNone(answer) ?? {};
  const last = hops.at(-1);
  return { code, why: last?.to === undefined ? why : `${why}, at ${last.to}` };
}

/** The URL that a request is for. */
function urlOf({ host, port, clearPort }: Site, { secure, path }: Ask): URL {
  const authority = host.includes(':') ? `[${host}]` : host;
  const origin = secure ? `https://${authority}:${port}` : `http://${authority}:${clearPort}`;
  return new URL(`${origin}${path}`);
}

/** Several Location fields that differ are no redirect: clients refuse them. */
function leadsTo({ status, locations }: Answered, asked: URL): URL | undefined {
  const [first, ...others] = new Set(locations);
  if (!redirectStatuses.includes(status) || first === undefined || others.length > 0) return undefined;
  return resolveLocation(first, asked);
}

function hopOf(asked: URL, { status, setsCookie }: Answered, to: URL | undefined): Hop {
  const leads = to === undefined ? {} : { to: keepablePart(to) };
  return { asked: keepablePart(asked), status, ...leads, setsCookie };
}

function goOn(site: Site, ask: Ask, { status }: Answered, to: URL | undefined): Onward {
  if (ask.secure) return goOnFromHttps(site, to);
  if (to === undefined || !isWeb(to)) return { outcome: status >= 400 ? 'error' : 'served' };
  const sameHost = hostOf(to) === site.host;
  if (to.protocol === 'https:' && !sameHost) return { outcome: 'https-elsewhere' };
  if (to.protocol === 'https:') return portOf(to) === site.port ? { ask: askFor(to) } : { outcome: 'https' };
  return sameHost && portOf(to) === site.clearPort ? { ask: askFor(to) } : { outcome: 'clear' };
}

/** Under TLS already: only what leads back into the clear is of interest. */
function goOnFromHttps(site: Site, to: URL | undefined): Onward {
  if (to?.protocol === 'http:') return { outcome: 'clear' };
  const own = to?.protocol === 'https:' && hostOf(to) === site.host && portOf(to) === site.port;
  return own ? { ask: askFor(to) } : { outcome: 'https' };
}

function askFor({ protocol, pathname, search }: URL): Ask {
  return { secure: protocol === 'https:', path: `${pathname}${search}` };
}
