import { createServer as createTcpServer, type Server } from 'node:net';
import { createServer, type TlsOptions } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import type { Collected } from '../../src/collectors/collector.ts';
import { clientsCollector } from '../../src/collectors/tls/clients.ts';
import { resumptionCollector } from '../../src/collectors/tls/resumption.ts';
import { ticketsCollector } from '../../src/collectors/tls/tickets.ts';
import type { Json } from '../../src/model/index.ts';
import { parseFactTranscript } from '../../src/tls/fact-transcript.ts';
import type { Versions } from '../../src/tls/facts/versions.ts';
import { derivations } from '../../src/tls/rederive.ts';
import { collectFrom, fakeServer, type Listening } from '../tls/look.ts';
import { credential } from '../tls/talking.ts';

const servers: (Server | Listening)[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    if ('stop' in server) await server.stop();
    else server.close();
  }
});

const both: Versions = {
  SSLv2: 'refused',
  SSLv3: 'refused',
  'TLSv1.0': 'refused',
  'TLSv1.1': 'refused',
  'TLSv1.2': 'accepted',
  'TLSv1.3': 'accepted',
};

function serve(options: TlsOptions = {}, greeting?: string): Promise<number> {
  const { key, cert } = credential('rsa');
  const server = createServer({ key, cert, ca: cert, ...options }, (socket) => {
    socket.on('error', () => undefined);
    if (greeting !== undefined) socket.write(greeting);
    socket.resume();
  });
  server.on('tlsClientError', () => undefined);
  servers.push(server);
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
}

/** What a verifier makes of the evidence alone. */
function rederived(fact: string, { evidence }: Collected): Json {
  const transcript = parseFactTranscript(Buffer.from(evidence[0]!.bytes).toString());
  return derivations[fact]!(transcript!, () => both as Json);
}

const missingOf = ({ completeness }: Collected) => completeness.flatMap(({ missing }) => missing);

/** Three of TLS 1.3 and four of TLS 1.2: what comes after the certificates is seen in the same. */
const certificateHandshakes = 7;

describe('tls.tickets', () => {
  it('gives lifetime, number and key name of the tickets', async () => {
    const seen = await collectFrom(await serve({ sessionTimeout: 4321 }), ticketsCollector, both);
    const keyName = expect.stringMatching(/^[0-9a-f]{32}$/);
    expect(seen.value).toEqual({
      handshakes: [
        {
          version: 'TLSv1.3',
          tickets: 2,
          lifetimeSeconds: 4321,
          ticketBytes: expect.any(Number),
          keyName,
          sameKeyName: true,
          earlyDataBytes: 0,
          sessionId: false,
        },
        {
          version: 'TLSv1.2',
          tickets: 1,
          lifetimeSeconds: 4321,
          ticketBytes: expect.any(Number),
          keyName,
          earlyDataBytes: 0,
          sessionId: false,
        },
      ],
    });
    expect(missingOf(seen)).toEqual([]);
    expect(seen.connections).toBe(certificateHandshakes);
    expect(rederived('tls.tickets', seen)).toEqual(seen.value);
  });

  it('says that there are none', async () => {
    // SSL_OP_NO_TICKET; in TLS 1.3 the tickets of OpenSSL then are names of sessions it keeps.
    const port = await serve({ secureOptions: 0x4000, maxVersion: 'TLSv1.2' });
    const seen = await collectFrom(port, ticketsCollector, { ...both, 'TLSv1.3': 'refused' });
    expect(seen.value).toEqual({
      handshakes: [{ version: 'TLSv1.2', tickets: 0, earlyDataBytes: 0, sessionId: true }],
    });
  });

  it('misses the version that the server does not complete', async () => {
    const options = { requestCert: true, rejectUnauthorized: true, maxVersion: 'TLSv1.2' } as const;
    const failure = collectFrom(await serve(options), ticketsCollector, { ...both, 'TLSv1.3': 'refused' });
    await expect(failure).rejects.toMatchObject({ code: 'ERR_NO_HANDSHAKE', evidence: [{}] });
  });

  it('keeps nothing of what the application says first', async () => {
    const seen = await collectFrom(await serve({}, 'confidential '.repeat(1000)), ticketsCollector, both);
    const kept = Buffer.concat(seen.evidence.map(({ bytes }) => Buffer.from(bytes)));
    expect(kept.length).toBeLessThan(33_000);
    expect(seen.value).toMatchObject({
      handshakes: [{ version: 'TLSv1.3', tickets: 2 }, { version: 'TLSv1.2' }],
    });
    expect(rederived('tls.tickets', seen)).toEqual(seen.value);
  });
});

describe('tls.clients', () => {
  it.each([
    ['not-asked', {}, { refusedWithout: false, authoritiesTotal: 0, authorities: [] }],
    [
      'required',
      { requestCert: true, rejectUnauthorized: true },
      { refusedWithout: true, authoritiesTotal: 1, authorities: ['CN=host.test,O=Assay Tests'] },
    ],
    [
      'optional',
      { requestCert: true, rejectUnauthorized: false },
      { authoritiesTotal: 1, authorities: ['CN=host.test,O=Assay Tests'] },
    ],
  ] as const)('%s', async (certificate, options, more) => {
    // Node itself hangs up without an alert in its middle layer: OpenSSL is told to refuse.
    const seen = await collectFrom(await serve(options), clientsCollector, both);
    const rows = (seen.value as { handshakes: readonly { certificate: string }[] }).handshakes;
    expect({ rows, missing: missingOf(seen) }).toEqual({
      rows: ['TLSv1.3', 'TLSv1.2'].map((version) => ({ version, certificate, ...more })),
      missing: [],
    });
    expect(rederived('tls.clients', seen)).toEqual(seen.value);
  });

  it('takes no silence for a refusal', async () => {
    const server = await fakeServer((socket) => void socket.once('data', () => socket.destroy()));
    servers.push(server);
    await expect(collectFrom(server.port, clientsCollector, both)).rejects.toMatchObject({
      code: 'ERR_NO_HANDSHAKE',
      message: expect.stringContaining('connection closed'),
    });
  });
});

describe('tls.resumption', () => {
  it('is tried in every way that the server offers', async () => {
    const seen = await collectFrom(await serve(), resumptionCollector, both);
    expect(seen.value).toEqual({
      attempts: expect.arrayContaining([
        { version: 'TLSv1.3', by: 'ticket', offered: true, resumed: true },
        { version: 'TLSv1.2', by: 'ticket', offered: true, resumed: true },
        { version: 'TLSv1.2', by: 'id', offered: false, resumed: false },
      ]),
    });
    expect(seen.connections).toBe(certificateHandshakes + 2);
    expect(rederived('tls.resumption', seen)).toEqual(seen.value);
  });

  it('ends in time with a server that stops answering', async () => {
    const upstream = await serve();
    const { connect } = await import('node:net');
    let connections = 0;
    const proxy = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      connections++;
      if (connections > certificateHandshakes) return;
      const inner = connect(upstream, '127.0.0.1');
      inner.on('error', () => undefined);
      socket.pipe(inner).pipe(socket);
    });
    servers.push(proxy);
    const port = await new Promise<number>((resolve) => {
      proxy.listen(0, '127.0.0.1', () => resolve((proxy.address() as { port: number }).port));
    });
    const seen = await collectFrom(port, resumptionCollector, both, { timeoutMs: 500 });
    expect(seen.value).toEqual({
      attempts: [{ version: 'TLSv1.2', by: 'id', offered: false, resumed: false }],
    });
    expect(missingOf(seen).map(({ what, why }) => [what, why])).toEqual([
      ['TLSv1.3, by ticket', 'no end in time'],
      ['TLSv1.2, by ticket', 'no end in time'],
    ]);
  });
});
