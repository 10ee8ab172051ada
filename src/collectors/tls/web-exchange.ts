import { Buffer } from 'node:buffer';
import { type IncomingMessage, type RequestOptions, request as requestClear } from 'node:http';
import { request as requestSecure } from 'node:https';
import { isIP } from 'node:net';
import { hostOf } from '../../http/location.ts';
import { AssayError } from '../../model/index.ts';
import { networkError } from '../network-error.ts';
import type { Endpoint } from './issuer-address.ts';

/** One request over HTTP: GET, or POST where there is a body. */
export interface WebRequest {
  readonly url: URL;
  readonly accept: string;
  readonly body?: { readonly mediaType: string; readonly bytes: Uint8Array };
  readonly userAgent: string;
  /** PEM roots that an https server is verified against; absent: the public ones. */
  readonly roots?: readonly string[];
  readonly limitBytes: number;
  readonly signal: AbortSignal;
}

export type WebAnswer =
  | { readonly kind: 'body'; readonly bytes: Uint8Array }
  /** Its target as the header field has it. */
  | { readonly kind: 'redirect'; readonly status: number; readonly location: string }
  /** `reached`: there was an answer, so that another address would not have a better one. */
  | { readonly kind: 'none'; readonly why: string; readonly reached: boolean };

const redirections = new Set([301, 302, 303, 307, 308]);

/** Sends one request to one address and reads the answer, within its limits. Never throws for what the network does. */
export function exchangeOverWeb(web: WebRequest, endpoint: Endpoint): Promise<WebAnswer> {
  return new Promise((resolve) => {
    const send = web.url.protocol === 'https:' ? requestSecure : requestClear;
    const asked = send(optionsOf(web, endpoint));
    const end = (answer: WebAnswer): void => {
      resolve(answer);
      asked.destroy();
    };
    asked.on('error', (error: NodeJS.ErrnoException) => end(failureOf(error, web, endpoint)));
    // Where there was a response, its own end counts: what is buffered of it may come after this.
    const unanswered = (): void => end({ kind: 'none', why: 'the connection was closed', reached: false });
    asked.on('close', unanswered);
    asked.on('response', (response) => {
      asked.off('close', unanswered);
      read(response, web.limitBytes, end);
    });
    asked.end(web.body?.bytes);
  });
}

function optionsOf(
  { url, accept, body, userAgent, roots, signal }: WebRequest,
  { address, port }: Endpoint,
): RequestOptions {
  const host = hostOf(url);
  const secure = {
    servername: isIP(host) === 0 ? host : '',
    minVersion: 'TLSv1.2',
    ...(roots === undefined ? {} : { ca: [...roots] }),
  };
  const content =
    body === undefined ? {} : { 'content-type': body.mediaType, 'content-length': String(body.bytes.length) };
  return {
    // The address itself: a name would be resolved once more, to something else perhaps.
    host: address,
    port,
    method: body === undefined ? 'GET' : 'POST',
    path: `${url.pathname}${url.search}`,
    headers: { host: url.host, accept, 'accept-encoding': 'identity', 'user-agent': userAgent, ...content },
    agent: false,
    signal,
    maxHeaderSize: 16 * 1024,
    ...(url.protocol === 'https:' ? secure : {}),
  };
}

function failureOf(
  error: NodeJS.ErrnoException,
  { signal }: WebRequest,
  { address, port }: Endpoint,
): WebAnswer {
  const none = (why: string): WebAnswer => ({ kind: 'none', why, reached: false });
  if (signal.aborted) return none('no whole answer in time');
  const known = networkError(error, `${address} port ${port}`);
  if (known instanceof AssayError) return none(known.message);
  // A name of node's or OpenSSL's, never text of the other side.
  const code = error.code ?? '';
  return none(/^[A-Z_0-9]{1,60}$/.test(code) ? `no answer over HTTP (${code})` : 'no answer over HTTP');
}

function read(response: IncomingMessage, limitBytes: number, end: (answer: WebAnswer) => void): void {
  const { statusCode: status = 0, headers } = response;
  const none = (why: string): void => end({ kind: 'none', why, reached: true });
  response.on('error', () => none('the answer ended before its end, or not in time'));
  response.on('close', () => none('the answer ended before its end'));
  if (redirections.has(status) && headers.location !== undefined) {
    end({ kind: 'redirect', status, location: headers.location });
    return;
  }
  if (status !== 200) {
    none(`the web server answered ${status}`);
    return;
  }
  const tooLong = `the answer is longer than ${limitBytes} octets`;
  if (Number(headers['content-length'] ?? 0) > limitBytes) {
    none(tooLong);
    return;
  }
  const chunks: Buffer[] = [];
  let length = 0;
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length > limitBytes) none(tooLong);
  });
  response.on('end', () => end({ kind: 'body', bytes: Buffer.concat(chunks) }));
}
