import { keepablePart, resolveLocation } from '../../http/location.ts';
import { type Pace, paced } from '../pace.ts';
import { askableAddresses, askableUrl, type Endpoint, type Reach } from './issuer-address.ts';
import { type Patience, startPatience } from './patience.ts';
import { exchangeOverWeb, type WebAnswer, type WebRequest } from './web-exchange.ts';

/** One question to whatever a certificate names. */
export interface WebQuestion extends Omit<WebRequest, 'url' | 'signal'> {
  readonly url: string;
  /** Whether addresses that are not public may be asked. */
  readonly isOwn: boolean;
  /** Of all of it: names, redirects, the whole answer. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly pace?: Pace | undefined;
}

interface Patient extends WebQuestion {
  readonly patience: Patience;
}

/** One connection, and what came of it in words. */
export interface Hop {
  /** Of a redirect only the part that cannot be a secret. */
  readonly url: string;
  readonly address?: string;
  readonly ended: string;
}

export type Fetched = { readonly hops: readonly Hop[] } & (
  | { readonly kind: 'body'; readonly bytes: Uint8Array }
  | { readonly kind: 'none'; readonly why: string }
);

export const maxRedirects = 2;

/**
 * Asks, and follows at most two redirects; every one is held to the same rules as the first URL.
 *
 * @throws AssayError ERR_INTERRUPTED where the scan ends before it is this question's turn
 */
export function askOverWeb(question: WebQuestion, reach: Reach): Promise<Fetched> {
  return follow({ ...question, patience: startPatience(question.timeoutMs, question.signal) }, reach);
}

async function follow(question: Patient, reach: Reach): Promise<Fetched> {
  const hops: Hop[] = [];
  let text = question.url;
  for (let redirects = 0; redirects <= maxRedirects; redirects++) {
    const url = askableUrl(text);
    if (!(url instanceof URL)) return refused(url.why, hops);
    const answer = await askAt(url, question, reach, hops);
    if (answer.kind === 'body') return { kind: 'body', bytes: answer.bytes, hops };
    if (answer.kind === 'none') return { kind: 'none', why: answer.why, hops };
    const next = resolveLocation(answer.location, url);
    if (next === undefined) return { kind: 'none', why: 'it redirects to what is no URL', hops };
    text = next.href;
  }
  return { kind: 'none', why: `it redirects more than ${maxRedirects} times`, hops };
}

function refused(why: string, hops: Hop[]): Fetched {
  hops.push({ url: '(not asked)', ended: why });
  return { kind: 'none', why, hops };
}

/** The addresses of the host in turn, until one answers. */
async function askAt(url: URL, question: Patient, reach: Reach, hops: Hop[]): Promise<WebAnswer> {
  const { patience, isOwn } = question;
  const endpoints = await patience.during((signal) =>
    unlessLate(askableAddresses(url, isOwn, reach), signal),
  );
  if ('why' in endpoints) {
    hops.push({ url: keepablePart(url), ended: endpoints.why });
    return { kind: 'none', why: endpoints.why, reached: false };
  }
  let last: WebAnswer = { kind: 'none', why: 'no address to ask', reached: false };
  for (const { address, port } of endpoints) {
    last = await paced(question, address, () =>
      patience.during((signal) =>
        exchangeOverWeb({ ...question, url, signal }, reach.connectTo(address, port)),
      ),
    );
    hops.push({ url: keepablePart(url), address, ended: inWords(last) });
    if (last.kind !== 'none' || last.reached || patience.ended) return last;
  }
  return last;
}

/** A name server may be silent for longer than there is time. */
function unlessLate(
  addresses: Promise<readonly Endpoint[] | { readonly why: string }>,
  signal: AbortSignal,
): Promise<readonly Endpoint[] | { readonly why: string }> {
  const late = { why: 'no address for the name in time' };
  if (signal.aborted) return Promise.resolve(late);
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(late), { once: true });
    addresses.then(resolve, () => resolve({ why: 'no address for the name' }));
  });
}

function inWords(answer: WebAnswer): string {
  switch (answer.kind) {
    case 'body':
      return `${answer.bytes.length} octets`;
    case 'redirect':
      return `redirect (${answer.status})`;
    case 'none':
      return answer.why;
  }
}
