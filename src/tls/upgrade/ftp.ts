import { numericReply } from './numeric-reply.ts';
import type { Upgrade } from './outcome.ts';
import { foreign, type Preamble } from './preamble.ts';

/** FTP (RFC 4217). Its greeting announces nothing, and a log-in is not begun to learn more. */
export function* upgradeFtp(): Preamble<Upgrade> {
  let greeting = yield* numericReply('', { inner: 'free' });
  // `120`: service ready in a few minutes; the greeting itself is still to come.
  for (let waits = 0; greeting.code === '120' && waits < 4; waits++)
    greeting = yield* numericReply('', { inner: 'free' });
  if (greeting.code !== '220') return { kind: 'unavailable', code: greeting.code, announced: {} };
  const { code } = yield* numericReply('AUTH TLS', { inner: 'free' });
  if (code === '234' || code === '334') return { kind: 'upgraded', code, announced: {} };
  if (code === '421') return { kind: 'unavailable', code, announced: {} };
  if (/^[45]/.test(code)) return { kind: 'refused', code, announced: {} };
  throw foreign('an answer to AUTH TLS', 'a reply to something else');
}
