import { AssayError, type Json } from '../model/index.ts';
import type { Answer } from './answer.ts';
import { deriveHeaders, deriveRedirects } from './derive.ts';
import { redirectOutcomes } from './facts/redirects.ts';
import { type Followed, followFromClear, type Hop, type Site } from './redirects.ts';

/** An evidence file about the HTTP side of a target, of which no more is read than what names the endpoint. */
export interface HttpTranscript {
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly file: Readonly<Record<string, unknown>>;
}

/**
 * Reads an evidence file of a fact about HTTP.
 *
 * @throws AssayError ERR_HTTP_REPLAY for what is none
 */
export function parseHttpTranscript(text: string): HttpTranscript {
  const file = objectOf(parsed(text), 'transcript');
  const { host, address, port } = file;
  if (typeof host !== 'string' || typeof address !== 'string' || typeof port !== 'number')
    throw malformed('endpoint');
  return { host, address, port, file };
}

/**
 * Makes a fact again from what is kept of the answers.
 *
 * @throws AssayError ERR_HTTP_REPLAY where that leads to no fact
 */
type Derivation = (transcript: HttpTranscript) => Json;

export const derivations: Readonly<Record<string, Derivation>> = {
  'http.headers': ({ file: { requests } }) =>
    deriveHeaders(new Map(listOf(requests, 'requests').map(answerOf))).value,
  'http.redirects': ({ host, port, file: { clearPort, paths, httpsAnswered } }) => {
    // No port of plain HTTP was declared, so nothing was asked.
    if (clearPort === undefined && Array.isArray(paths) && paths.length === 0) return { paths: [] };
    if (typeof clearPort !== 'number' || typeof httpsAnswered !== 'boolean') throw malformed('ports');
    const site = { host, port, clearPort };
    const followed = listOf(paths, 'paths').map((each) => followedIn(objectOf(each, 'path'), site));
    return deriveRedirects(clearPort, new Map(followed), httpsAnswered).value;
  },
};

type Members = Readonly<Record<string, unknown>>;

function answerOf(value: unknown): [path: string, answer: Answer] {
  const { path, status, fields, strictTransportSecurity: policies, none } = objectOf(value, 'request');
  if (typeof path !== 'string') throw malformed('request');
  if (typeof none === 'string') return [path, { kind: 'none', code: '', why: none }];
  const isWhole = typeof status === 'number' && typeof fields === 'number' && Array.isArray(policies);
  if (!isWhole || !policies.every((policy) => typeof policy === 'string')) throw malformed('answer');
  return [path, { kind: 'answered', status, fields, policies, locations: [], setsCookie: false }];
}

/** Where the recorded answers lead; what was asked and where it led stands as it is kept, without what could be a secret. */
function followedIn({ path, hops: list, end }: Members, site: Site): [path: string, followed: Followed] {
  if (typeof path !== 'string' || typeof end !== 'string') throw malformed('path');
  const hops = listOf(list, 'hops').map(hopOf);
  const chain = followFromClear(site, path);
  let step = chain.next();
  for (const { asked, status, to, setsCookie } of hops) {
    if (step.done) throw unlike('no further request', asked);
    if (!asked.startsWith(step.value.secure ? 'https://' : 'http://')) throw unlike('a request', asked);
    const locations = to === undefined ? [] : [whole(to)];
    step = chain.next({ kind: 'answered', status, locations, setsCookie, policies: [], fields: 0 });
  }
  if (!step.done) step = chain.next(lastAnswer(end));
  if (!step.done) throw unlike('an end', 'none');
  return [path, { ...step.value, hops }];
}

function lastAnswer(end: string): Answer {
  if (end === 'closed') return { kind: 'nothing-listens' };
  if (redirectOutcomes.some((outcome) => outcome === end)) throw unlike('a further request', end);
  return { kind: 'none', code: '', why: end };
}

function hopOf(value: unknown): Hop {
  const { asked, status, to, setsCookie } = objectOf(value, 'hop');
  const isWhole = typeof asked === 'string' && typeof status === 'number' && typeof setsCookie === 'boolean';
  if (!isWhole || (to !== undefined && typeof to !== 'string')) throw malformed('hop');
  return { asked, status, setsCookie, ...(to === undefined ? {} : { to }) };
}

/** Of a URL that leads out of the web only the scheme is kept. */
function whole(to: string): string {
  return to.endsWith(':') ? `${to}//elsewhere` : to;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed('JSON');
  }
}

function objectOf(value: unknown, what: string): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(what);
  return value as Members;
}

function listOf(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw malformed(what);
  return value;
}

function malformed(what: string): AssayError {
  return unlike(`the ${what} of a transcript`, 'something else');
}

function unlike(expected: string, got: string): AssayError {
  return new AssayError('ERR_HTTP_REPLAY', `expected ${expected}, got ${got}`, {
    remedy: 'The evidence was made by another version of assay, or altered.',
  });
}
