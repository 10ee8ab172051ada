import { keepablePart, resolveLocation } from '../../http/location.ts';
import { askableAddresses, askableUrl, type Endpoint, type Reach } from './issuer-address.ts';
import { exchangeOverWeb, type WebAnswer, type WebRequest } from './web-exchange.ts';

/** One question to whatever a certificate names. */
export interface WebQuestion extends Omit<WebRequest, 'url' | 'signal'> {
  readonly url: string;
  /** Whether addresses that are not public may be asked. */
  readonly isOwn: boolean;
  /** Of all of it: names, redirects, the whole answer. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
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

const maxRedirects = 2;

/** Asks, and follows at most two redirects; every one is held to the same rules as the first URL. */
export async function askOverWeb(question: WebQuestion, reach: Reach): Promise<Fetched> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), question.timeoutMs);
  const signal = AbortSignal.any([question.signal, deadline.signal]);
  try {
    return await follow({ ...question, signal }, reach);
  } finally {
    clearTimeout(timer);
  }
}

async function follow(question: WebQuestion, reach: Reach): Promise<Fetched> {
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
async function askAt(url: URL, question: WebQuestion, reach: Reach, hops: Hop[]): Promise<WebAnswer> {
  const endpoints = await unlessLate(askableAddresses(url, question.isOwn, reach), question.signal);
  if ('why' in endpoints) {
    hops.push({ url: keepablePart(url), ended: endpoints.why });
    return { kind: 'none', why: endpoints.why, reached: false };
  }
  let last: WebAnswer = { kind: 'none', why: 'no address to ask', reached: false };
  for (const { address, port } of endpoints) {
    last = await exchangeOverWeb({ ...question, url }, reach.connectTo(address, port));
    hops.push({ url: keepablePart(url), address, ended: inWords(last) });
    if (last.kind !== 'none' || last.reached || question.signal.aborted) return last;
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
