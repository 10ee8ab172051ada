import { isIP } from 'node:net';
import { type Answer, type Ask, answerOf, requestLines } from '../../http/answer.ts';
import { AssayError, type HttpSide, type Subject, type Target } from '../../model/index.ts';
import type { CollectContext, Session } from '../collector.ts';
import { proxyOf } from '../entrance.ts';
import { networkFailure } from '../network-error.ts';
import { paced } from '../pace.ts';
import { noAnswer } from './no-answer.ts';
import { readHeadFrom } from './read-head.ts';

/** A look at HTTP at one address of an https target: over TLS on its port, in the clear on the port beside it. */
export interface HttpSession extends Session {
  /** As the target names it. */
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly http: HttpSide;
  /** Of one whole connection. */
  readonly timeoutMs: number;
  /** How it names itself in every request. */
  readonly userAgent: string;
  /** How long it has waited for the pace of the scan so far. */
  readonly waitedMs: number;
  /** Why the certificate would not have been accepted; undefined before the first answer, or where it would. */
  readonly distrust: string | undefined;
  /**
   * Sends one request on a connection of its own and reads the head of the answer.
   *
   * @throws AssayError only where the scan was stopped or this machine has no socket
   */
  ask(request: Ask): Promise<Answer>;
}

/**
 * Opens a session; connections are made by its facts.
 *
 * @throws AssayError ERR_UNRESOLVED for a subject without an address, ERR_CREDENTIAL for a password of its proxy that is
 * not to be had
 */
export async function openHttpSession(
  target: Target,
  subject: Subject,
  context: CollectContext,
): Promise<HttpSession> {
  const { host, port, address } = subject;
  const { http } = target;
  if (address === undefined) throw networkFailure('unresolved', host);
  if (http === undefined) throw noHttpSide();
  const proxyTo = await proxyOf(target, context);
  const closing = new AbortController();
  const signal = AbortSignal.any([context.signal, closing.signal]);
  let connections = 0;
  let distrust: string | undefined;
  let waitedMs = 0;
  return {
    host,
    address,
    port,
    http,
    timeoutMs: context.timeoutMs,
    userAgent: context.scanName,
    identity: {},
    get connections() {
      return connections;
    },
    get waitedMs() {
      return waitedMs;
    },
    get distrust() {
      return distrust;
    },
    ask: async ({ secure, path }) => {
      const at = secure ? port : (http.clearPort ?? 0);
      const where = `${host === address ? host : `${host} (${address})`} port ${at}`;
      const question = [...requestLines(path, hostField(host, at, secure), context.scanName), '', ''].join(
        '\r\n',
      );
      const proxy = proxyTo?.({ address, port: at });
      const link = {
        address,
        port: at,
        where,
        signal,
        timeoutMs: context.timeoutMs,
        ...(proxy && { proxy }),
      };
      const tls = secure ? { serverName: isIP(host) === 0 ? host : undefined } : undefined;
      try {
        const askedAtMs = performance.now();
        const read = await paced({ pace: context.pace, signal }, address, () => {
          waitedMs += performance.now() - askedAtMs;
          connections += 1;
          return readHeadFrom(link, tls, question);
        });
        if (secure) distrust = read.distrust;
        return answerOf(read.head);
      } catch (error) {
        return noAnswer(error, where);
      }
    },
    close: async () => closing.abort(),
  };
}

/** RFC 9110 §7.2: with the port unless it is the scheme's own. */
function hostField(host: string, port: number, secure: boolean): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return port === (secure ? 443 : 80) ? name : `${name}:${port}`;
}

function noHttpSide(): AssayError {
  return new AssayError('ERR_NO_COLLECTOR', 'expected an https target, got another', {
    remedy: 'Only an https target is asked over HTTP: write https://host:port.',
  });
}
