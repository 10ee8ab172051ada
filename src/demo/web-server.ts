import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createSecureContext, type TlsOptions } from 'node:tls';
import type { KeyAndCertificate } from './certificates.ts';

export interface WebServer {
  readonly port: number;
  /** Where it speaks plain HTTP: port 80 is not for everybody to listen on. */
  readonly clearPort: number;
  stop(): Promise<void>;
}

/** What a web server answers. */
export interface Answers {
  readonly secure: RequestListener;
  /** @param port the https port */
  readonly inClear: (port: number) => RequestListener;
}

/** Against whoever records now to decrypt with a quantum computer. */
const hybrid = 'X25519MLKEM768';

/** Whether the TLS library of this Node.js has the group: OpenSSL does from 3.5 on. */
export const hasHybrid = knows(hybrid);

function knows(group: string): boolean {
  try {
    createSecureContext({ ecdhCurve: group });
    return true;
  } catch {
    return false;
  }
}

/** TLS 1.2 and 1.3 only, with forward secrecy. */
export const hardenedOptions: TlsOptions = {
  ecdhCurve: [...(hasHybrid ? [hybrid] : []), 'X25519', 'P-256', 'P-384'].join(':'),
  minVersion: 'TLSv1.2',
  ciphers: 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:ECDHE+AESGCM',
  honorCipherOrder: true,
};

/** What many servers spoke ten years ago: TLS 1.0 to 1.2, with short keys. */
export const weakOptions: TlsOptions = {
  minVersion: 'TLSv1',
  maxVersion: 'TLSv1.2',
  ciphers: 'ALL:@SECLEVEL=0',
};

const page: RequestListener = (_, response) => {
  response.end('<!doctype html><title>assay demo</title>\n');
};

/** Tells browsers to keep to TLS, and has nothing in the clear but the way there. */
export const hardenedAnswers: Answers = {
  secure: (request, response) => {
    response.setHeader('Strict-Transport-Security', 'max-age=63072000; includeSubDomains');
    page(request, response);
  },
  inClear: (port) => (request, response) => {
    response.writeHead(301, { Location: `https://127.0.0.1:${port}${request.url}` }).end();
  },
};

/** The same pages with TLS and without. */
export const weakAnswers: Answers = { secure: page, inClear: () => page };

/** A web server on 127.0.0.1. */
export async function startWebServer(
  identity: KeyAndCertificate,
  options: TlsOptions,
  answers: Answers,
): Promise<WebServer> {
  const secure = createServer(
    { ...options, key: identity.keyPem, cert: identity.certificatePem },
    answers.secure,
  );
  // A prober breaks off most handshakes: that is its job, not the server's trouble.
  secure.on('tlsClientError', (_error, socket) => socket.destroy());
  const port = await listen(secure);
  const inClear = createHttpServer(answers.inClear(port));
  const clearPort = await listen(inClear);
  return {
    port,
    clearPort,
    stop: async () => {
      await Promise.all([secure, inClear].map(stop));
    },
  };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function stop(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}
