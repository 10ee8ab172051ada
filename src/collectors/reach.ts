import { once } from 'node:events';
import { createConnection } from 'node:net';
import type { AssayError, Subject } from '../model/index.ts';
import { networkError, networkFailure } from './network-error.ts';

/**
 * Opens a connection to a subject and closes it again; nothing is sent.
 *
 * @returns why there is none, or undefined
 */
export async function whyUnreachable(
  { host, address, port }: Subject,
  limits: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<AssayError | Error | undefined> {
  const path = `${host}/.s.PGSQL.${port}`;
  const isSocketFolder = host.startsWith('/');
  const where = isSocketFolder ? `socket ${path}` : `${address ?? host} port ${port}`;
  const timeout = AbortSignal.timeout(limits.timeoutMs);
  const socket = createConnection(isSocketFolder ? { path } : { host: address ?? host, port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.any([limits.signal, timeout]) });
    return undefined;
  } catch (error) {
    return timeout.aborted ? networkFailure('timed-out', where) : networkError(error, where);
  } finally {
    socket.destroy();
    // What is still under way ends unheard.
    socket.on('error', () => undefined);
  }
}
