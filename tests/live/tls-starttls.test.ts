import type { Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { parseProxy } from '../../src/config/proxy.ts';
import { issueDemoCertificates } from '../../src/demo/certificates.ts';
import { starttlsProtocols } from '../../src/model/index.ts';
import { parseFactTranscript } from '../../src/tls/fact-transcript.ts';
import { tlsFacts } from '../../src/tls/facts/index.ts';
import { derivations } from '../../src/tls/rederive.ts';
import { fakeServer, type Listening, tlsServer } from '../tls/look.ts';
import { observe, seenIn } from '../tls/upgrade/observe.ts';
import { greeting } from '../tls/upgrade/play.ts';
import { startProxy } from '../tls/upgrade/proxy-server.ts';
import { scripts } from '../tls/upgrade/scripts.ts';
import { type UpgradingOptions, upgradingServer } from '../tls/upgrade/server.ts';

const running: Listening[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

async function start(starting: Promise<Listening>): Promise<number> {
  const server = await starting;
  running.push(server);
  return server.port;
}

const here = { addresses: ['127.0.0.1'] };
const modern = { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' } as const;
const allVersions = ['tls.versions', 'tls.leaf', 'tls.upgrades'];
const onlyTls12 = {
  ...{ SSLv2: 'refused', SSLv3: 'refused', 'TLSv1.0': 'refused', 'TLSv1.1': 'refused' },
  ...{ 'TLSv1.2': 'accepted' },
};

describe.each(starttlsProtocols)('%s', (protocol) => {
  const tls = protocol === 'tds' ? ({ minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' } as const) : modern;

  test('the same is seen behind the upgrade as without one', async () => {
    const port = await start(upgradingServer(protocol, scripts[protocol], { tls, key: 'ec' }));
    const record = await observe(`starttls+${protocol}://host.test:${port}`, { ...here, facts: allVersions });
    expect(seenIn(record, 'tls.versions')).toEqual({
      ...onlyTls12,
      'TLSv1.3': protocol === 'tds' ? 'refused' : 'accepted',
    });
    expect(seenIn(record, 'tls.leaf')).toMatchObject({
      certificates: [{ subject: 'CN=host.test,O=Assay Tests', matchesHost: true }],
    });
    expect(seenIn(record, 'tls.upgrades')).toMatchObject({ protocol, answer: 'upgraded' });
  });

  test('what was said and heard gives the fact again', async () => {
    const port = await start(upgradingServer(protocol, scripts[protocol]));
    const record = await observe(`starttls+${protocol}://host.test:${port}`, {
      ...here,
      facts: ['tls.upgrades'],
    });
    const [upgrades] = record.observations;
    if (upgrades?.kind !== 'seen') throw new Error('expected a fact');
    const transcript = parseFactTranscript(Buffer.from(upgrades.evidence[0]?.bytes ?? []).toString());
    if (transcript === undefined) throw new Error('expected a transcript');
    expect(derivations['tls.upgrades']?.(transcript, () => null)).toEqual(upgrades.value);
    expect(record.connections).toBe(1);
  });
});

const ofTheEndpoint = tlsFacts.map(({ name }) => name).filter((name) => name !== 'tls.upgrades');

test.each(['smtp', 'tds'] as const)(
  'every other fact is the same behind %s as without it',
  async (protocol) => {
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.2', ciphers: 'ALL:@SECLEVEL=0' } as const;
    const { keyPem: key, certificatePem: cert } = issueDemoCertificates(new Date()).weak;
    // One server's certificate and ticket keys, so that facts which name them can be the same.
    const tls = { ...old, key, cert, ticketKeys: Buffer.alloc(48, 7) };
    const [plain, upgraded] = await Promise.all([
      start(tlsServer(tls)),
      start(upgradingServer(protocol, scripts[protocol], { tls })),
    ]);
    const look = { ...here, facts: ofTheEndpoint, timeoutMs: 10_000 };
    const direct = await observe(`tls://host.test:${plain}`, look);
    const behind = await observe(`starttls+${protocol}://host.test:${upgraded}`, look);
    const seen = ofTheEndpoint.filter((fact) => typeof seenIn(direct, fact) === 'object');
    expect(seen.length).toBeGreaterThan(4);
    for (const fact of seen) expect([fact, seenIn(behind, fact)]).toEqual([fact, seenIn(direct, fact)]);
  },
);

test('MySQL is asked no more often than it forgives, and what is not seen then is unseen', async () => {
  const tls = { minVersion: 'TLSv1', maxVersion: 'TLSv1.2', ciphers: 'ALL:@SECLEVEL=0' } as const;
  let made = 0;
  const instead = (): boolean => {
    made++;
    return false;
  };
  const port = await start(upgradingServer('mysql', scripts.mysql, { tls, instead }));
  const look = { ...here, facts: ofTheEndpoint, timeoutMs: 10_000 };
  const record = await observe(`starttls+mysql://host.test:${port}`, look);
  expect(record.connections).toBe(80);
  // Up to three beside the one that was too many are given up before the system is asked for them.
  expect(made).toBeLessThanOrEqual(80);
  expect(made).toBeGreaterThan(76);
  expect(ofTheEndpoint.map((fact) => seenIn(record, fact))).toContain('ERR_MYSQL_CONNECTIONS');
});

test('behind a proxy the issuers of certificates are not asked past it', async () => {
  const port = await start(tlsServer(modern));
  const proxy = await startProxy('http');
  running.push(proxy);
  const record = await observe(`tls://host.test:${port}`, {
    ...here,
    facts: ['tls.status', 'tls.leaf'],
    proxy: parseProxy(`http://127.0.0.1:${proxy.port}`),
  });
  expect(seenIn(record, 'tls.status')).toBe('ERR_PROXY_NOT_FOR_ISSUERS');
  expect(seenIn(record, 'tls.leaf')).toHaveProperty('certificates');
  expect(new Set(proxy.to)).toEqual(new Set([`127.0.0.1 ${port}`]));
});

function remedyOf(record: Awaited<ReturnType<typeof observe>>): readonly (string | undefined)[] {
  return record.observations.map((one) =>
    one.kind === 'unseen' ? `${one.reason.message} ${one.reason.remedy}` : undefined,
  );
}

test('who is silent before TLS may begin it at once, and it is said how to name that', async () => {
  const port = await start(fakeServer(() => undefined));
  const look = { ...here, facts: ['tls.versions'], timeoutMs: 300 };
  const [said] = remedyOf(await observe(`starttls+imap://host.test:${port}`, look));
  expect(said).toContain(`TLS may begin at once here: tls://host.test:${port}.`);
  expect(remedyOf(await observe(`tls://host.test:${port}`, look))[0]).not.toContain('TLS may begin');
});

test('plain HTTP where TLS was expected is called that', async () => {
  const port = await start(
    fakeServer((socket) => void socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))),
  );
  const record = await observe(`https://host.test:${port}`, { ...here, facts: ['tls.versions'] });
  expect(seenIn(record, 'tls.versions')).toBe('ERR_NOT_TLS');
  expect(remedyOf(record)[0]).toContain('got HTTP without TLS');
});

describe('an upgrade that does not come about', () => {
  async function codes(socketDoes: (socket: Socket) => void, protocol = 'smtp'): Promise<unknown> {
    const port = await start(fakeServer(socketDoes));
    const record = await observe(`starttls+${protocol}://host.test:${port}`, {
      ...here,
      facts: allVersions,
      timeoutMs: 300,
    });
    return allVersions.map((fact) => seenIn(record, fact));
  }
  const all = (code: string): unknown => [code, code, code];

  test('refused: the fact says so, and everything else is unseen with its own code', async () => {
    const [open, close] = [scripts.smtp.greeting, '502 no\r\n'];
    const refusing = (socket: Socket): void => {
      socket.write(open);
      socket.on('data', (heard) =>
        socket.write(String(heard).startsWith('EHLO') ? '250 host.test\r\n' : close),
      );
    };
    expect(await codes(refusing)).toEqual([
      'ERR_STARTTLS_REFUSED',
      'ERR_STARTTLS_REFUSED',
      { protocol: 'smtp', answer: 'refused', code: '502', announced: false, login: 'none' },
    ]);
  });

  test.each([
    ['says nothing', 'ERR_TIMEOUT', () => undefined],
    ['closes', 'ERR_STARTTLS_CUT_OFF', (socket: Socket) => void socket.end()],
    ['resets', 'ERR_STARTTLS_CUT_OFF', (socket: Socket) => void socket.resetAndDestroy()],
    ['closes in the middle of a line', 'ERR_STARTTLS_CUT_OFF', (socket: Socket) => void socket.end('220 ma')],
    [
      'has too many connections',
      'ERR_STARTTLS_UNAVAILABLE',
      (socket: Socket) => void socket.end('421 later\r\n'),
    ],
    ['is SSH', 'ERR_STARTTLS_NOT_SPOKEN', (socket: Socket) => void socket.write('SSH-2.0-secret-banner\r\n')],
    [
      'sends lines without end',
      'ERR_STARTTLS_NOT_SPOKEN',
      (socket: Socket) => void socket.write('220-x\r\n'.repeat(500_000)),
    ],
    [
      'sends one line without end',
      'ERR_STARTTLS_NOT_SPOKEN',
      (socket: Socket) => void socket.write(Buffer.alloc(10_000_000, 'a')),
    ],
    ['sends zeros', 'ERR_STARTTLS_NOT_SPOKEN', (socket: Socket) => void socket.write(Buffer.alloc(1000))],
  ])('a server that %s: %s', async (_, code, does) => {
    expect(await codes(does)).toEqual(all(code));
  });

  test('TLS from the first byte is told from STARTTLS', async () => {
    const port = await start(tlsServer(modern));
    const silent = await observe(`starttls+smtp://host.test:${port}`, { ...here, timeoutMs: 300 });
    expect(seenIn(silent, 'tls.upgrades')).toBe('ERR_TIMEOUT');
    const alerted = await observe(`starttls+ldap://host.test:${port}`, { ...here, timeoutMs: 300 });
    expect(seenIn(alerted, 'tls.upgrades')).toMatch(/^ERR_STARTTLS_(NOT_SPOKEN|CUT_OFF)$/);
  });

  test('a server that goes away now and then is never taken to refuse a version', async () => {
    const instead: UpgradingOptions['instead'] = (socket, connection) => {
      if (connection % 3 !== 2) return false;
      socket.end(connection % 2 === 0 ? '421 too many connections\r\n' : '');
      return true;
    };
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.2', ciphers: 'ALL:@SECLEVEL=0' } as const;
    const { keyPem: key, certificatePem: cert } = issueDemoCertificates(new Date()).weak;
    // One server's certificate and ticket keys, so that facts which name them can be the same.
    const tls = { ...old, key, cert, ticketKeys: Buffer.alloc(48, 7) };
    const port = await start(upgradingServer('smtp', scripts.smtp, { tls, instead }));
    const record = await observe(`starttls+smtp://host.test:${port}`, { ...here, facts: ['tls.versions'] });
    const seen = seenIn(record, 'tls.versions');
    if (typeof seen === 'string') expect(seen).toMatch(/^ERR_STARTTLS_/);
    else
      for (const version of ['TLSv1.0', 'TLSv1.1', 'TLSv1.2'] as const)
        expect([undefined, 'accepted']).toContain((seen as Record<string, string>)[version]);
  });

  test('TLS endpoints without an upgrade have no such fact', async () => {
    const port = await start(tlsServer(modern));
    const record = await observe(`tls://host.test:${port}`, here);
    expect(seenIn(record, 'tls.upgrades')).toBeUndefined();
    expect(seenIn(record, 'tls.leaf')).toMatchObject({ certificates: [{}] });
  });

  test('bytes of the server behind its answer are not lost, and are no TLS', async () => {
    const script = { ...scripts.postgres, answers: [[/^[\s\S]{8}$/, 'Sinjected plaintext']] as const };
    const port = await start(upgradingServer('postgres', script, { tls: modern }));
    const record = await observe(`starttls+postgres://host.test:${port}`, {
      ...here,
      facts: ['tls.versions'],
    });
    expect(seenIn(record, 'tls.versions')).toBe('ERR_NOT_TLS');
  });
});

describe('names and addresses', () => {
  test('a server name is asked for, and must be named by the certificate', async () => {
    const asked = new Set<string>();
    const tls = {
      ...modern,
      SNICallback: (name: string, done: (error: Error | null) => void) => {
        asked.add(name);
        done(null);
      },
    };
    const port = await start(upgradingServer('imap', scripts.imap, { tls, name: 'inner.test' }));
    const named = await observe(`starttls+imap://127.0.0.1:${port}`, { serverName: 'inner.test' });
    expect(seenIn(named, 'tls.leaf')).toMatchObject({
      certificates: [{ host: 'inner.test', matchesHost: true }],
    });
    expect([...asked]).toEqual(['inner.test']);
    const other = await observe(`starttls+imap://host.test:${port}`, here);
    expect(seenIn(other, 'tls.leaf')).toMatchObject({
      certificates: [{ host: 'host.test', matchesHost: false }],
    });
  });

  test('IPv6', async () => {
    const port = await start(upgradingServer('pop3', scripts.pop3, { tls: modern, address: '::1' }));
    const record = await observe(`starttls+pop3://[::1]:${port}`);
    expect(seenIn(record, 'tls.upgrades')).toMatchObject({ answer: 'upgraded' });
    expect(seenIn(record, 'tls.leaf')).toMatchObject({ certificates: [{ host: '::1' }] });
  });
});

async function startedProxy(...how: Parameters<typeof startProxy>): ReturnType<typeof startProxy> {
  const proxy = await startProxy(...how);
  running.push(proxy);
  return proxy;
}

describe.each(['http', 'socks5'] as const)('a %s proxy', (kind) => {
  const credentials = { user: 'ada', password: { kind: 'env', name: 'PROXY_PASSWORD' } } as const;
  const facts = allVersions;

  test('is asked for the address, for every connection, also in front of STARTTLS', async () => {
    const port = await start(upgradingServer('smtp', scripts.smtp, { tls: modern }));
    const through = await startedProxy(kind);
    const record = await observe(`starttls+smtp://host.test:${port}`, {
      ...here,
      facts,
      proxy: parseProxy(`${kind}://127.0.0.1:${through.port}`),
    });
    expect(seenIn(record, 'tls.versions')).toEqual({ ...onlyTls12, 'TLSv1.3': 'accepted' });
    expect(seenIn(record, 'tls.leaf')).toMatchObject({
      certificates: [{ subject: 'CN=host.test,O=Assay Tests' }],
    });
    expect(seenIn(record, 'tls.upgrades')).toMatchObject({ answer: 'upgraded' });
    expect(new Set(through.to)).toEqual(new Set([`127.0.0.1 ${port}`]));
    expect(through.to).toHaveLength(record.connections);
  });

  test('takes credentials, which are nowhere in what is kept', async () => {
    const port = await start(tlsServer(modern));
    const through = await startedProxy(kind, 'ada:canary-secret');
    const proxyUrl = `${kind}://127.0.0.1:${through.port}`;
    const options = { ...here, facts, env: { PROXY_PASSWORD: 'canary-secret' } };
    const host = `https://host.test:${port}`;
    const record = await observe(host, { ...options, proxy: parseProxy(proxyUrl, credentials) });
    expect(seenIn(record, 'tls.leaf')).toMatchObject({ certificates: [{}] });
    const kept = record.observations.flatMap(({ evidence }) =>
      evidence.map(({ bytes }) => Buffer.from(bytes).toString('latin1')),
    );
    for (const text of [JSON.stringify(record), ...kept]) {
      expect(text).not.toContain('canary-secret');
      expect(text).not.toContain(Buffer.from('ada:canary-secret').toString('base64'));
      expect(text).not.toContain(Buffer.from('canary-secret').toString('hex'));
    }
    const wrong = await observe(host, {
      ...options,
      env: { PROXY_PASSWORD: 'x' },
      proxy: parseProxy(proxyUrl, credentials),
    });
    expect(seenIn(wrong, 'tls.leaf')).toBe('ERR_PROXY_REFUSED');
    const none = await observe(host, { ...options, env: {}, proxy: parseProxy(proxyUrl, credentials) });
    expect(seenIn(none, 'tls.leaf')).toBe('ERR_CREDENTIAL');
  });

  test('that reaches nobody, is not there, or is something else', async () => {
    const closed = await start(fakeServer(() => undefined));
    await running.pop()?.stop();
    const through = await startedProxy(kind);
    const at = (port: number) => parseProxy(`${kind}://127.0.0.1:${port}`);
    const unreached = await observe(`https://host.test:${closed}`, {
      ...here,
      facts: ['tls.versions'],
      proxy: at(through.port),
    });
    expect(seenIn(unreached, 'tls.versions')).toBe('ERR_UNREACHABLE');
    const gone = await observe('https://host.test', { ...here, facts: ['tls.versions'], proxy: at(closed) });
    expect(seenIn(gone, 'tls.versions')).toBe('ERR_PROXY_UNREACHABLE');
    const ssh = await start(fakeServer((socket) => void socket.write('SSH-2.0-x\r\n')));
    const other = await observe('https://host.test', { ...here, facts: ['tls.versions'], proxy: at(ssh) });
    expect(seenIn(other, 'tls.versions')).toBe('ERR_PROXY_NOT_SPOKEN');
  });
});

test('a greeting that begins as a script and goes nowhere ends in time', async () => {
  const port = await start(upgradingServer('imap', greeting('* OK ready\r\n')));
  const record = await observe(`starttls+imap://host.test:${port}`, { ...here, timeoutMs: 300 });
  expect(seenIn(record, 'tls.upgrades')).toBe('ERR_TIMEOUT');
});
