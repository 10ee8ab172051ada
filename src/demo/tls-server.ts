import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type TlsOptions } from 'node:tls';
import type { KeyAndCertificate } from './certificates.ts';

export interface TlsServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** TLS 1.2 and 1.3 only, with forward secrecy. */
export const hardenedOptions: TlsOptions = {
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

/** A TLS server on 127.0.0.1 that says nothing after the handshake. */
export async function startTlsServer(identity: KeyAndCertificate, options: TlsOptions): Promise<TlsServer> {
  const server = createServer(
    { ...options, key: identity.keyPem, cert: identity.certificatePem },
    (socket) => {
      socket.on('error', () => socket.destroy());
    },
  );
  // A prober breaks off most handshakes: that is its job, not the server's trouble.
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}
