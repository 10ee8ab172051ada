import { constants } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { type Head, HeadReader } from '../../http/head.ts';
import { AssayError } from '../../model/index.ts';
import { networkFailure } from '../network-error.ts';

/** Where to connect to, and for how long. */
export interface Link {
  readonly address: string;
  readonly port: number;
  /** In words, for messages. */
  readonly where: string;
  readonly signal: AbortSignal;
  /** Of the whole connection. */
  readonly timeoutMs: number;
}

/** The head of an answer, and why the certificate would not have been accepted. */
export interface ReadHead {
  readonly head: Head;
  readonly distrust?: string;
}

/**
 * Opens a connection, sends a request, and reads until the head of the answer is whole; the rest is not waited for.
 *
 * @param tls undefined: in the clear
 * @throws AssayError ERR_NOT_HTTP and what the network did; an error of node:net or node:tls as it is
 */
export async function readHeadFrom(
  link: Link,
  tls: { readonly serverName: string | undefined } | undefined,
  request: string,
): Promise<ReadHead> {
  const { where, signal, timeoutMs } = link;
  if (signal.aborted) throw networkFailure('interrupted', where);
  const socket =
    tls === undefined ? connect(clearOptions(link)) : connectTls(tlsOptions(link, tls.serverName));
  const stop = (): void => void socket.destroy(networkFailure('interrupted', where));
  const expire = (): void => void socket.destroy(networkFailure('timed-out', where, `${timeoutMs} ms`));
  const deadline = setTimeout(expire, timeoutMs);
  signal.addEventListener('abort', stop);
  try {
    return await converse(socket, tls === undefined ? 'connect' : 'secureConnect', request, where);
  } finally {
    clearTimeout(deadline);
    signal.removeEventListener('abort', stop);
    socket.destroy();
  }
}

function clearOptions({ address, port }: Link) {
  return { host: address, port, noDelay: true };
}

/** Any version, suite and certificate: whether they are good enough is for the controls of the TLS endpoint. */
function tlsOptions({ address, port }: Link, serverName: string | undefined) {
  return {
    host: address,
    port,
    ...(serverName === undefined ? {} : { servername: serverName }),
    rejectUnauthorized: false,
    minVersion: 'TLSv1',
    ciphers: 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:ALL:@SECLEVEL=0',
    secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
    ALPNProtocols: ['http/1.1'],
  } as const;
}

function converse(
  socket: Socket | TLSSocket,
  ready: 'connect' | 'secureConnect',
  request: string,
  where: string,
): Promise<ReadHead> {
  const reader = new HeadReader();
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.once(ready, () => socket.write(request, 'latin1'));
    socket.once('end', () => reject(networkFailure('closed', where)));
    socket.once('close', () => reject(networkFailure('closed', where)));
    socket.on('data', (chunk: Buffer) => {
      reader.push(chunk);
      const { reading } = reader;
      if (reading === undefined) return;
      socket.removeAllListeners('data');
      if (reading.kind === 'head') resolve({ head: reading.head, ...distrustOf(socket) });
      else reject(notHttp(where, reading.why));
    });
  });
}

function distrustOf(socket: Socket | TLSSocket): { readonly distrust?: string } {
  if (!('authorized' in socket) || socket.authorized) return {};
  // The type says Error; what node sets is its code.
  const reason = String(socket.authorizationError);
  return { distrust: /^[A-Z_]{1,60}$/.test(reason) ? reason : 'not accepted' };
}

function notHttp(where: string, got: string): AssayError {
  return new AssayError('ERR_NOT_HTTP', `expected HTTP/1 from ${where}, got ${got}`, {
    remedy: 'Check the port; where the server speaks another protocol under TLS, name it as tls://host:port.',
  });
}
