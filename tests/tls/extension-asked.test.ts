import { createServer } from 'node:net';
import { type ConnectionOptions, connect } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { certificateHello } from '../../src/tls/authentication.ts';
import { handshakesAsking, statusExtension } from '../../src/tls/extension-asked.ts';

const { statusRequest } = statusExtension;
const silent = Buffer.from(certificateHello('TLSv1.2', 'RSA', 'host.test', new Uint8Array(32))).toString(
  'hex',
);
const hello = (sent: string, authentication = 'RSA') => ({ version: 'TLSv1.3', authentication, sent });

/** What node:tls, which is OpenSSL, sends first. */
async function nodeHello(requestOCSP: boolean): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const first = new Promise<Buffer>((resolve) => {
    server.once('connection', (socket) => {
      socket.on('error', () => undefined);
      socket.once('data', (bytes) => {
        resolve(bytes);
        socket.destroy();
      });
    });
  });
  const options: ConnectionOptions & { requestOCSP: boolean } = {
    port,
    host: '127.0.0.1',
    requestOCSP,
    servername: 'host.test',
  };
  const client = connect(options);
  client.on('error', () => undefined);
  const bytes = await first;
  server.close();
  return bytes.toString('hex');
}

describe('handshakesAsking', () => {
  it("reads OpenSSL's hello", async () => {
    expect([...handshakesAsking([hello(await nodeHello(true))], statusRequest)]).toEqual(['TLSv1.3, RSA']);
    expect([...handshakesAsking([hello(await nodeHello(false))], statusRequest)]).toEqual([]);
  });

  it('counts a kind of handshake only if each of its hellos asked', async () => {
    const asking = await nodeHello(true);
    expect([...handshakesAsking([hello(asking), hello(silent)], statusRequest)]).toEqual([]);
    expect([...handshakesAsking([hello(asking), hello(silent, 'any')], statusRequest)]).toEqual([
      'TLSv1.3, RSA',
    ]);
  });

  it.each(['', '16', '160301ffff', '15030100020228', silent.slice(0, 60)])(
    'takes %j for no question',
    (sent) => {
      expect([...handshakesAsking([hello(sent)], statusRequest)]).toEqual([]);
    },
  );
});
