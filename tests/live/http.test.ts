import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { weakOptions } from '../../src/demo/web-server.ts';
import { codeOf, lookAtHttp, pathOf, responseOf } from '../http/look.ts';
import { startProxy } from '../tls/upgrade/proxy-server.ts';
import { issueLeaf, party } from '../x509/authority.ts';

const self = party('host.test', 'rsa');
const identity = {
  key: self.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  cert: `-----BEGIN CERTIFICATE-----\n${Buffer.from(issueLeaf(self, self)).toString('base64')}\n-----END CERTIFICATE-----\n`,
};

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('error', () => undefined));
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(
    () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  );
  return (server.address() as AddressInfo).port;
}

const https = (serve: RequestListener, options: object = {}) =>
  listen(createSecureServer({ ...identity, ...options }, serve).on('tlsClientError', () => undefined));
const http = (serve: RequestListener) => listen(createServer(serve));
const rawTls = (serve: (socket: TLSSocket) => void, options: object = {}) =>
  listen(
    createTlsServer({ ...identity, ...options }, (socket) => {
      socket.on('error', () => undefined);
      serve(socket);
    }).on('tlsClientError', () => undefined),
  );
const raw = (serve: (socket: Socket) => void) => listen(createTcpServer(serve));
/** A port on which nothing listens. */
async function closedPort(): Promise<number> {
  const port = await http(() => undefined);
  await stops.pop()?.();
  return port;
}

const hsts: RequestListener = (_, response) =>
  void response.setHeader('Strict-Transport-Security', 'max-age=31536000').end('secure');

describe('a server that speaks HTTP', () => {
  test('is asked by its name, as what it is, for each declared path', async () => {
    const asked: unknown[] = [];
    const note =
      (secure: boolean): RequestListener =>
      ({ method, url, headers, httpVersion }, response) => {
        asked.push({ secure, method, url, headers, httpVersion });
        if (!secure) response.writeHead(308, { Location: `https://host.test:${port}${url}` });
        response.end();
      };
    const port: number = await https(note(true));
    const clearPort = await http(note(false));
    const look = await lookAtHttp(port, { clearPort, paths: ['/', '/login'] });
    const headersOf = (at: number) => ({
      host: `host.test:${at}`,
      'user-agent': 'assay/test',
      accept: '*/*',
      connection: 'close',
    });
    const request = (secure: boolean, url: string) => ({
      secure,
      method: 'GET',
      url,
      headers: headersOf(secure ? port : clearPort),
      httpVersion: '1.1',
    });
    expect(asked).toEqual([
      request(true, '/'),
      request(true, '/login'),
      request(false, '/'),
      request(true, '/'),
      request(false, '/login'),
      request(true, '/login'),
    ]);
    expect(look.connections).toBe(6);
    expect(look.headers).toMatchObject({
      value: { responses: [{ path: '/', status: 200 }, { path: '/login' }] },
      completeness: [{ list: '/responses', returned: 2, total: 2, missing: [] }],
    });
    expect(look.redirects).toMatchObject({
      value: { port: clearPort, paths: [{ outcome: 'https' }, { path: '/login', outcome: 'https' }] },
    });
  });

  test('says what it says of HSTS: the first field, whole or in vain', async () => {
    const port = await https((_, response) => {
      response.setHeader('Strict-Transport-Security', ['max-age="63072000"; includeSubDomains', 'max-age=0']);
      response.writeHead(404).end();
    });
    expect(responseOf(await lookAtHttp(port))).toEqual({
      path: '/',
      status: 404,
      strictTransportSecurity: {
        fields: 2,
        heeded: true,
        maxAgeSeconds: 63072000,
        includeSubDomains: true,
        preload: false,
      },
    });
  });

  test('is looked at whatever its TLS and its certificate are worth, and that is recorded', async () => {
    const port = await https(hsts, weakOptions);
    const look = await lookAtHttp(port, { host: 'other.test' });
    expect(responseOf(look)?.strictTransportSecurity?.maxAgeSeconds).toBe(31536000);
    const evidence = look.headers.evidence.map(({ bytes }) => Buffer.from(bytes).toString()).join('');
    expect(JSON.parse(evidence).certificate.byNodesRoots).toMatch(/SELF_SIGNED|UNABLE_TO_VERIFY/);
  });

  test('and nothing in the clear has a closed port', async () => {
    const look = await lookAtHttp(await https(hsts), { clearPort: await closedPort() });
    expect(pathOf(look)).toEqual({ path: '/', outcome: 'closed', hops: [] });
  });

  test('and serves pages in the clear', async () => {
    const clearPort = await http((_, response) => void response.setHeader('Set-Cookie', 'a=b').end('page'));
    const { outcome, hops } = pathOf(await lookAtHttp(await https(hsts), { clearPort })) ?? {};
    expect(outcome).toBe('served');
    expect(hops).toEqual([
      { asked: `http://host.test:${clearPort}/`, status: 200, inClear: true, setsCookie: true },
    ]);
  });

  test('and sends elsewhere: nobody is followed to another host, port or machine', async () => {
    let asked = 0;
    const other = await http((_, response) => {
      asked += 1;
      response.end();
    });
    for (const host of ['host.test', '127.0.0.1', 'localhost']) {
      const to = `http://${host}:${other}/`;
      const clearPort = await http((_, response) => void response.writeHead(302, { Location: to }).end());
      expect(pathOf(await lookAtHttp(await https(hsts), { clearPort }))?.outcome).toBe('clear');
    }
    expect(asked).toBe(0);
  });

  test('whose port for plain HTTP nobody named is not asked in the clear, which is said', async () => {
    const port = await https(hsts);
    const look = await lookAtHttp(port);
    expect(codeOf(look.headers)).toBe('seen');
    expect(look.redirects).toMatchObject({
      kind: 'seen',
      value: { paths: [] },
      requests: [],
      completeness: [{ basis: `no port of plain HTTP is declared beside https on port ${port}`, total: 0 }],
    });
    expect(look.redirects).not.toHaveProperty('value.port');
  });
});

describe('one that does not', () => {
  const page = 'HTTP/1.1 200 OK\r\n';
  const once = (text: string) => (socket: Socket) =>
    void socket.once('data', () => socket.end(text, 'latin1'));
  const forever = (chunk: string) => (socket: Socket) => {
    const more = (): void => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on('drain', more).on('error', () => undefined);
    more();
  };
  const cases: [string, string, (socket: Socket) => void][] = [
    ['says nothing', 'ERR_TIMEOUT', () => undefined],
    ['closes', 'ERR_CLOSED', once('')],
    [
      'resets',
      'ERR_RESET',
      (socket) =>
        void socket.once('data', () => ('encrypted' in socket ? socket.destroy() : socket.resetAndDestroy())),
    ],
    ['speaks first, as SSH', 'ERR_NOT_HTTP', (socket) => void socket.write('SSH-2.0-x\r\n')],
    ['answers as HTTP/0.9', 'ERR_NOT_HTTP', once('<html>hello</html>')],
    ['sends garbage', 'ERR_NOT_HTTP', once('\u00a5'.repeat(500))],
    ['sends garbage without end', 'ERR_NOT_HTTP', forever('\u00a5'.repeat(60_000))],
    ['sends a head of 10 MB', 'ERR_NOT_HTTP', once(`${page}A: ${'x'.repeat(10_000_000)}\r\n\r\n`)],
    ['sends headers without end', 'ERR_NOT_HTTP', forever(`${page}${'A: 1\r\n'.repeat(1000)}`)],
    [
      'sends interim answers without end',
      'ERR_NOT_HTTP',
      forever('HTTP/1.1 100 Continue\r\n\r\n'.repeat(50)),
    ],
    [
      'breaks off inside the head',
      'ERR_CLOSED',
      once(`${page}Strict-Transport-Security: max-age=31536000\r\n`),
    ],
    [
      'hides a line behind a CR',
      'ERR_NOT_HTTP',
      once(`${page}A: 1\rStrict-Transport-Security: max-age=31536000\r\n\r\n`),
    ],
    [
      'drips too slowly',
      'ERR_TIMEOUT',
      (socket) => {
        const drip = setInterval(() => socket.write(socket.destroyed ? '' : 'x'), 20);
        socket.write(`${page}A: `);
        socket.on('close', () => clearInterval(drip)).on('error', () => clearInterval(drip));
      },
    ],
  ];

  test.each(cases)('%s: not tested under TLS (%s), in little time', async (_, code, serve) => {
    const port = await rawTls(serve);
    const started = performance.now();
    const look = await lookAtHttp(port, { clearPort: await closedPort(), timeoutMs: 500 });
    expect(performance.now() - started).toBeLessThan(6000);
    const seen = codeOf(look.headers);
    // A TLS socket of node cannot reset; whether a closed one is reset depends on what was under way.
    if (code === 'ERR_RESET') expect(['ERR_RESET', 'ERR_CLOSED']).toContain(seen);
    else expect(seen).toBe(code);
    // The port for plain HTTP is closed, but nothing shows that the host is up as a web server.
    expect(codeOf(look.redirects)).toBe('ERR_UNREACHABLE');
    expect(look.redirects).toMatchObject({
      reason: { message: expect.stringContaining('nothing answered on the https port') },
    });
  });

  test.each(cases)('%s: not tested in the clear (%s)', async (_, code, serve) => {
    const clearPort = await raw(serve);
    const look = await lookAtHttp(await https(hsts), { clearPort, timeoutMs: 500 });
    expect([codeOf(look.headers), codeOf(look.redirects)]).toEqual(['seen', code]);
  });

  test('leaves the other paths to be judged', async () => {
    const port = await https((request, response) => {
      if (request.url === '/broken') request.socket.end('garbage');
      else hsts(request, response);
    });
    const { headers } = await lookAtHttp(port, { paths: ['/', '/broken', '/last'] });
    expect(headers).toMatchObject({
      value: { responses: [{ path: '/', status: 200 }, { path: '/broken' }, { path: '/last', status: 200 }] },
      completeness: [{ returned: 2, total: 3, missing: [{ what: '/broken' }] }],
    });
  });

  test('and keeps us waiting is not asked for every path', async () => {
    let connections = 0;
    const port = await rawTls(() => {
      connections += 1;
    });
    const paths = Array.from({ length: 20 }, (_, index) => `/${index}`);
    const { headers } = await lookAtHttp(port, { paths, timeoutMs: 300 });
    expect(codeOf(headers)).toBe('ERR_TIMEOUT');
    expect(connections).toBe(1);
  });

  test('answers too slowly for all paths: what was seen is kept', async () => {
    const port = await https((request, response) => {
      setTimeout(() => hsts(request, response), 300);
    });
    const paths = Array.from({ length: 20 }, (_, index) => `/${index}`);
    const { headers } = await lookAtHttp(port, { paths, timeoutMs: 1000 });
    const missing = headers.kind === 'seen' ? (headers.completeness[0]?.missing ?? []) : [];
    expect(missing.length).toBeGreaterThan(5);
    expect(missing.length).toBeLessThan(20);
    expect(missing[0]?.why).toContain('took too long');
  });

  test('is no TLS: that is said', async () => {
    const port = await http(hsts);
    expect(codeOf((await lookAtHttp(port)).headers)).toBe('ERR_NOT_TLS');
  });

  test('wants a certificate, or speaks HTTP/2 alone: not tested, and no defect of ours', async () => {
    const mutual = await https(hsts, { requestCert: true, rejectUnauthorized: true });
    expect(['ERR_TLS_HANDSHAKE', 'ERR_CLOSED', 'ERR_RESET']).toContain(
      codeOf((await lookAtHttp(mutual)).headers),
    );
    const h2 = await rawTls(() => undefined, { ALPNProtocols: ['h2'] });
    expect(codeOf((await lookAtHttp(h2, { timeoutMs: 500 })).headers)).toBe('ERR_TLS_HANDSHAKE');
  });

  test('is not there at all', async () => {
    const look = await lookAtHttp(await closedPort(), { clearPort: await closedPort() });
    expect([codeOf(look.headers), codeOf(look.redirects)]).toEqual(['ERR_UNREACHABLE', 'ERR_UNREACHABLE']);
  });
});

describe('behind a proxy', () => {
  test.each(['http', 'socks5'] as const)(
    '%s connects for every request, and nothing goes past it',
    async (kind) => {
      let asked = 0;
      const counted =
        (serve: RequestListener): RequestListener =>
        (request, response) => {
          asked += 1;
          serve(request, response);
        };
      const port = await https(counted(hsts));
      const clearPort = await http(
        counted(
          (_, response) => void response.writeHead(301, { location: `https://host.test:${port}/` }).end(),
        ),
      );
      const proxy = await startProxy(kind);
      stops.push(proxy.stop);
      const seen = await lookAtHttp(port, { clearPort, proxy: `${kind}://127.0.0.1:${proxy.port}` });
      expect(responseOf(seen)).toMatchObject({ path: '/', status: 200 });
      expect(pathOf(seen)).toMatchObject({ outcome: 'https' });
      expect([...new Set(proxy.to)].sort()).toEqual([`127.0.0.1 ${clearPort}`, `127.0.0.1 ${port}`].sort());
      expect([proxy.to.length, asked]).toEqual([seen.connections, seen.connections]);
    },
  );

  test('that is not there, nothing is seen: neither an answer nor a closed port', async () => {
    const port = await https(hsts);
    const proxy = `http://127.0.0.1:${await closedPort()}`;
    const { headers, redirects } = await lookAtHttp(port, { clearPort: await closedPort(), proxy });
    expect([codeOf(headers), codeOf(redirects)]).toEqual(['ERR_PROXY_UNREACHABLE', 'ERR_PROXY_UNREACHABLE']);
  });

  test('that cannot reach the plain port, the port is not called closed', async () => {
    const port = await https(hsts);
    const proxy = await startProxy('http');
    stops.push(proxy.stop);
    const { headers, redirects } = await lookAtHttp(port, {
      clearPort: await closedPort(),
      proxy: `http://127.0.0.1:${proxy.port}`,
    });
    expect([codeOf(headers), codeOf(redirects)]).toEqual(['seen', 'ERR_UNREACHABLE']);
  });
});
