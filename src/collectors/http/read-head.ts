import { constants } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { type Head, HeadReader } from '../../http/head.ts';
import { AssayError } from '../../model/index.ts';
import { askForUpgrade, type Entrance } from '../channel.ts';
import { beforeTls } from '../entrance-error.ts';
import { networkError, networkFailure } from '../network-error.ts';

/** Where to connect to, and for how long. */
export interface Link {
  readonly address: string;
  readonly port: number;
  /** In words, for messages. */
  readonly where: string;
  readonly signal: AbortSignal;
  /** Of the whole connection. */
  readonly timeoutMs: number;
  /** What connects in our place; absent: nothing does. */
  readonly proxy?: Entrance['proxy'];
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
 * @throws AssayError ERR_NOT_HTTP, ERR_PROXY_… and what the network did; an error of node:net or node:tls as it is
 */
export async function readHeadFrom(
  link: Link,
  tls: { readonly serverName: string | undefined } | undefined,
  request: string,
): Promise<ReadHead> {
  const { address, port, proxy, where, signal, timeoutMs } = link;
  if (signal.aborted) throw networkFailure('interrupted', where);
  const { host, port: at } = proxy ?? { host: address, port };
  let socket: Socket = connect({ host, port: at, noDelay: true });
  const stop = (): void => void socket.destroy(networkFailure('interrupted', where));
  const expire = (): void => void socket.destroy(networkFailure('timed-out', where, `${timeoutMs} ms`));
  const deadline = setTimeout(expire, timeoutMs);
  signal.addEventListener('abort', stop);
  try {
    await passed(socket, link);
    if (tls !== undefined) socket = connectTls({ socket, ...tlsOptions(tls.serverName) });
    return await converse(socket, tls === undefined ? undefined : 'secureConnect', request, where);
  } finally {
    clearTimeout(deadline);
    signal.removeEventListener('abort', stop);
    socket.destroy();
  }
}

/** Waits for the connection, and for the way through the proxy: what fails there is no word of the server's. */
function passed(socket: Socket, { proxy, where }: Link): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void =>
      reject(proxy === undefined ? error : beforeTls(networkError(error, where), 'proxy', proxy.name, where));
    socket.on('error', fail);
    socket.once('close', () => fail(networkFailure('closed', where)));
    socket.once('connect', () => {
      const entering = askForUpgrade(socket, proxy === undefined ? {} : { proxy }, where, () => undefined);
      entering.then(() => resolve(), reject);
    });
  });
}

/** Any version, suite and certificate: whether they are good enough is for the controls of the TLS endpoint. */
function tlsOptions(serverName: string | undefined) {
  return {
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
  ready: 'secureConnect' | undefined,
  request: string,
  where: string,
): Promise<ReadHead> {
  const reader = new HeadReader();
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    const send = (): void => void socket.write(request, 'latin1');
    // A conversation with a proxy leaves the socket paused.
    socket.resume();
    if (ready === undefined) send();
    else socket.once(ready, send);
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
