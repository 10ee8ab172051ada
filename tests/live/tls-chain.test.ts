import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type SecureVersion, type TlsOptions } from 'node:tls';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { Collected, FactCollector } from '../../src/collectors/collector.ts';
import { chainCollector } from '../../src/collectors/tls/chain.ts';
import { leafCollector } from '../../src/collectors/tls/leaf.ts';
import { openTlsSession, type TlsSession } from '../../src/collectors/tls/session.ts';
import { AssayError, type Subject, type Target } from '../../src/model/index.ts';
import { probeCertificates } from '../../src/tls/certificates.ts';
import { parseFactTranscript } from '../../src/tls/fact-transcript.ts';
import type { Chain } from '../../src/tls/facts/chain.ts';
import type { Leaf } from '../../src/tls/facts/leaf.ts';
import type { Versions } from '../../src/tls/facts/versions.ts';
import { replay } from '../../src/tls/recorded-dialogue.ts';
import { readCertificate } from '../../src/x509/certificate.ts';
import { certificatesFromPem, pem } from '../../src/x509/pem.ts';
import { issueCa, issueLeaf, type KeyKind, type Party, party } from '../x509/authority.ts';

const now = Date.now();
const days = (count: number): Date => new Date(now + count * 86_400_000);
const current = { notBefore: days(-10), notAfter: days(80) };
const root = party('Root');
const middle = party('Intermediate', 'rsa');
const rootCertificate = issueCa(root, root, current);
const middleCertificate = issueCa(middle, root, current);

const folder = mkdtempSync(join(tmpdir(), 'assay-chain-'));
const caFile = join(folder, 'roots.pem');
writeFileSync(caFile, pem(rootCertificate));
afterAll(() => rmSync(folder, { recursive: true }));

const servers: Server[] = [];
const sockets = new Set<Socket>();
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

async function listening(server: Server): Promise<number> {
  servers.push(server);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

interface Credential {
  readonly key: string;
  readonly cert: string;
  readonly leaf: string;
}

function credential(
  kind: KeyKind,
  overrides: Parameters<typeof issueLeaf>[2] = {},
  chain = [middleCertificate],
): Credential {
  const server: Party = party('host.test', kind);
  const der = issueLeaf(server, middle, { ...current, ...overrides });
  const key = server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { key, cert: pem(der, ...chain), leaf: readCertificate(der).sha256 };
}

function serve(
  credentials: readonly Credential[],
  only: SecureVersion,
  options: TlsOptions = {},
): Promise<number> {
  const server = createServer({
    key: credentials.map(({ key }) => key),
    cert: credentials.map(({ cert }) => cert),
    minVersion: only,
    maxVersion: only,
    ...options,
  });
  server.on('tlsClientError', () => undefined);
  return listening(server);
}

function sessionAt(port: number, host = 'host.test', timeoutMs = 5000): Promise<TlsSession> {
  const shared = {
    kind: 'tls-endpoint',
    locator: `tls://${host}:${port}`,
    host,
    port,
    tags: [],
    optional: false,
  } as const;
  const target: Target = { ...shared, id: 'target', named: true, addresses: ['127.0.0.1'], caFile };
  const subject: Subject = { ...shared, id: 'target', targetId: 'target', address: '127.0.0.1' };
  const context = { timeoutMs, signal: new AbortController().signal, scanName: 'assay/test', env: {} };
  return openTlsSession(target, subject, context);
}

async function collected(
  collector: FactCollector<TlsSession>,
  session: TlsSession,
  versions: Versions,
): Promise<Collected> {
  const context = { timeoutMs: 5000, signal: new AbortController().signal, scanName: 'assay/test', env: {} };
  return collector.collect(session, async () => versions, context);
}

async function look(port: number, versions: Versions, timeoutMs?: number) {
  const session = await sessionAt(port, 'host.test', timeoutMs);
  const chain = await collected(chainCollector, session, versions);
  const leaf = await collected(leafCollector, session, versions);
  await session.close();
  const missing = chain.completeness.flatMap((list) => list.missing);
  return {
    session,
    collected: chain,
    chain: chain.value as unknown as Chain,
    leaf: (leaf.value as unknown as Leaf).certificates,
    missing,
  };
}

const only12: Versions = {
  'TLSv1.3': 'refused',
  'TLSv1.2': 'accepted',
  'TLSv1.1': 'refused',
  'TLSv1.0': 'refused',
  SSLv3: 'refused',
};
const only13: Versions = {
  'TLSv1.3': 'accepted',
  'TLSv1.2': 'refused',
  'TLSv1.1': 'refused',
  'TLSv1.0': 'refused',
  SSLv3: 'refused',
};
const kinds: readonly KeyKind[] = ['rsa', 'rsa-pss', 'ec', 'ec-384', 'ed25519'];

describe.each([
  ['TLSv1.2', only12],
  ['TLSv1.3', only13],
] as const)('a server that speaks %s only', (version, versions) => {
  it.each(kinds)('with a key of kind %s', async (kind) => {
    const own = credential(kind);
    const { chain, leaf, missing, session } = await look(await serve([own], version), versions);
    expect(missing).toEqual([]);
    expect(chain.certificates.map(({ role, subject }) => [role, subject])).toEqual([
      ['leaf', 'CN=host.test,O=Assay Tests'],
      ['intermediate', 'CN=Intermediate,O=Assay Tests'],
    ]);
    expect(chain.certificates[0]).toMatchObject({ sha256: own.leaf, keyType: kind.replace('-384', '') });
    expect(chain.paths).toHaveLength(1);
    expect(chain.paths[0]).toMatchObject({
      trusted: true,
      anchor: 'CN=Root,O=Assay Tests',
      trustStore: 'roots.pem (1 certificate)',
    });
    expect(leaf).toMatchObject([
      { matchesHost: true, serverAuth: true, certificateAuthority: false, lifetimeDays: 90 },
    ]);
    expect(session.identity).toEqual({ 'leaf-sha256': own.leaf });
    expect(session.connections).toBe(version === 'TLSv1.3' ? 3 : 4);
  });

  it('with an RSA and an EC certificate', async () => {
    const both = [credential('rsa'), credential('ec')];
    const { chain, leaf, missing } = await look(await serve(both, version), versions);
    expect(missing).toEqual([]);
    expect(leaf.map(({ sha256 }) => sha256).sort()).toEqual(both.map((one) => one.leaf).sort());
    expect(chain.paths.map(({ handshakes, trusted }) => [handshakes, trusted])).toEqual([
      [[`${version}, RSA`], true],
      [[`${version}, ECDSA or EdDSA`], true],
    ]);
  });

  it.each([
    [['ec', 'ed25519']],
    [['rsa', 'rsa-pss']],
    [['rsa', 'ec', 'ed25519']],
    [['rsa', 'rsa-pss', 'ec', 'ed25519']],
  ] as const)('with certificates of the kinds %j', async (several) => {
    const all = several.map((kind) => credential(kind));
    const { collected: result, leaf, missing, session } = await look(await serve(all, version), versions);
    expect(missing).toEqual([]);
    expect(leaf.map(({ sha256 }) => sha256).sort()).toEqual(all.map((one) => one.leaf).sort());
    expect(session.connections).toBeLessThanOrEqual(several.length + 3);
    const json = result.evidence.find(({ extension }) => extension === 'json');
    const transcript = parseFactTranscript(Buffer.from(json!.bytes).toString())!;
    expect(replay(probeCertificates(versions, transcript), transcript.connections).chains).toHaveLength(
      all.length,
    );
  });

  it('whose certificate is signed with MD5, which OpenSSL sends to no one who lists signatures of chains', async () => {
    const own = credential('rsa', { digest: 'md5' });
    const port = await serve([own], version, { ciphers: 'DEFAULT:@SECLEVEL=0' });
    const { chain, leaf, missing } = await look(port, versions);
    expect(missing).toEqual([]);
    expect(leaf.map(({ sha256 }) => sha256)).toEqual([own.leaf]);
    expect(chain.certificates[0]).toMatchObject({ signatureHash: 'md5' });
    expect(chain.paths[0]?.handshakes).toEqual([`${version}, any`]);
  });

  it('whose certificate is wrong in every way', async () => {
    const wrong = credential('rsa-1024', {
      digest: 'sha1',
      notBefore: days(-400),
      notAfter: days(-5),
      dnsNames: ['other.test'],
      extendedKeyUsage: ['clientAuth'],
      ca: true,
    });
    // OpenSSL at its usual level would refuse to serve it.
    const port = await serve([wrong], version, { ciphers: 'DEFAULT:@SECLEVEL=0' });
    const { chain, leaf, missing } = await look(port, versions);
    expect(missing).toEqual([]);
    expect(chain.certificates[0]).toMatchObject({ keyBits: 1024, signatureHash: 'sha1' });
    expect(chain.paths[0]).toMatchObject({ trusted: false, reason: expect.stringContaining('expired') });
    expect(leaf[0]).toMatchObject({ matchesHost: false, serverAuth: false, certificateAuthority: true });
  });

  it('without the intermediate', async () => {
    const { chain } = await look(await serve([credential('ec', {}, [])], version), versions);
    expect(chain.paths[0]).toMatchObject({
      trusted: false,
      reason:
        'no certificate of CN=Intermediate,O=Assay Tests, the issuer of CN=host.test,O=Assay Tests, was sent or is trusted',
    });
  });

  it('that asks for a certificate of the client', async () => {
    const port = await serve([credential('ec')], version, { requestCert: true, rejectUnauthorized: true });
    const { chain, missing } = await look(port, versions);
    expect(missing).toEqual([]);
    expect(chain.paths[0]).toMatchObject({ trusted: true });
  });

  it('leaves evidence from which the same is read again', async () => {
    const own = credential('ec');
    const { collected: result, chain } = await look(await serve([own], version), versions);
    const json = result.evidence.find(({ extension }) => extension === 'json');
    const transcript = parseFactTranscript(Buffer.from(json!.bytes).toString())!;
    const replayed = replay(probeCertificates(versions, transcript), transcript.connections);
    expect(replayed.missing).toEqual([]);
    expect(replayed.chains.map(({ leaf, others }) => [leaf, ...others].map(({ sha256 }) => sha256))).toEqual([
      chain.paths[0]!.sent,
    ]);
    const [sent, anchors] = result.evidence.filter(({ extension }) => extension === 'pem');
    const digests = (text: Uint8Array): string[] =>
      certificatesFromPem(Buffer.from(text).toString()).map((der) => readCertificate(der).sha256);
    expect(digests(sent!.bytes)).toEqual(chain.paths[0]!.sent);
    expect(digests(anchors!.bytes)).toEqual([readCertificate(rootCertificate).sha256]);
  });
});

describe.each([
  ['TLSv1', { ...only12, 'TLSv1.2': 'refused', 'TLSv1.0': 'accepted' }],
  ['TLSv1.1', { ...only12, 'TLSv1.2': 'refused', 'TLSv1.1': 'accepted' }],
] as const)('a server that speaks %s only', (version, versions) => {
  it('with an RSA and an EC certificate', async () => {
    const both = [credential('rsa'), credential('ec')];
    const port = await serve(both, version, { ciphers: 'DEFAULT:@SECLEVEL=0' });
    const { leaf, missing } = await look(port, versions);
    expect(missing).toEqual([]);
    expect(leaf.map(({ sha256 }) => sha256).sort()).toEqual(both.map((one) => one.leaf).sort());
  });
});

it('a chain of its own in each lower version is seen', async () => {
  const each = ['TLSv1.2', 'TLSv1.1', 'TLSv1'] as const;
  const own = each.map(() => credential('rsa'));
  const ports = await Promise.all(
    each.map((version, index) => serve([own[index]!], version, { ciphers: 'DEFAULT:@SECLEVEL=0' })),
  );
  // Byte 10 of a hello without supported_versions is the minor number of the version it asks for.
  const port = await listening(routing((hello) => ports[3 - (hello[10] ?? 0)]!));
  const accepted = { 'TLSv1.2': 'accepted', 'TLSv1.1': 'accepted', 'TLSv1.0': 'accepted' } as const;
  const { chain, leaf, missing } = await look(port, { ...only12, ...accepted });
  expect(missing).toEqual([]);
  expect(leaf.map(({ sha256 }) => sha256).sort()).toEqual(own.map((one) => one.leaf).sort());
  expect(chain.paths.map(({ handshakes }) => handshakes)).toEqual([
    ['TLSv1.2, RSA'],
    ['TLSv1.1, RSA'],
    ['TLSv1.0, RSA'],
  ]);
});

it('a chain in a wrong order, with the root and a stranger, is trusted and shown as sent', async () => {
  const stranger = issueCa(party('Stranger'), party('Nobody'), current);
  const own = credential('ec', {}, [rootCertificate, stranger, middleCertificate]);
  const port = await serve([own], 'TLSv1.3');
  const { chain } = await look(port, only13);
  expect(chain.certificates.map(({ role, subject }) => [role, subject.split(',')[0]])).toEqual([
    ['leaf', 'CN=host.test'],
    ['root', 'CN=Root'],
    ['intermediate', 'CN=Stranger'],
    ['intermediate', 'CN=Intermediate'],
  ]);
  expect(chain.paths).toMatchObject([{ trusted: true }]);
});

describe('with static RSA, where only the end of the handshake proves the key', () => {
  const ciphers = 'AES128-GCM-SHA256';

  it('is the chain seen, in the highest version and below', async () => {
    const own = credential('rsa');
    const port = await serve([own], 'TLSv1.2', { ciphers: 'AES128-SHA:@SECLEVEL=0', minVersion: 'TLSv1.1' });
    const { chain, leaf, missing } = await look(port, { ...only12, 'TLSv1.1': 'accepted' });
    expect(missing).toEqual([]);
    expect(leaf.map(({ sha256 }) => sha256)).toEqual([own.leaf]);
    expect(chain.paths[0]?.handshakes).toEqual(['TLSv1.2, RSA', 'TLSv1.1, RSA']);
  });

  it('is none where the server does not let it come to its end', async () => {
    const options = { ciphers, requestCert: true, rejectUnauthorized: true };
    const port = await serve([credential('rsa')], 'TLSv1.2', options);
    const failure = await look(port, only12).catch((error) => error);
    expect(failure).toMatchObject({ code: 'ERR_NO_CERTIFICATE' });
  });
});

describe('what could not be seen', () => {
  it('is missing where one version answers and the other does not', async () => {
    const port = await serve([credential('ec')], 'TLSv1.3');
    const { chain, missing } = await look(port, { 'TLSv1.3': 'accepted', 'TLSv1.2': 'accepted' });
    expect(chain.paths[0]).toMatchObject({ trusted: true });
    expect(missing.map(({ what }) => what)).toContain('any chain under TLSv1.2');
  });

  it('is missing where it is not known whether a version is accepted', async () => {
    const port = await serve([credential('ec')], 'TLSv1.2');
    const { missing } = await look(port, { 'TLSv1.2': 'accepted' });
    const unknown = ['TLSv1.3', 'TLSv1.1', 'TLSv1.0', 'SSLv3'].map((one) => `the chains sent under ${one}`);
    expect(missing.slice(0, 4).map(({ what }) => what)).toEqual(unknown);
  });

  it('is no chain at all of a server that closes every connection', async () => {
    const port = await listening(createTcpServer((socket) => void socket.once('data', () => socket.end())));
    await expect(look(port, { 'TLSv1.3': 'accepted', 'TLSv1.2': 'accepted' })).rejects.toMatchObject({
      code: 'ERR_NO_CERTIFICATE',
      evidence: [{ extension: 'json' }],
    });
  });

  it('ends in time with a server that says nothing, and asks it no more', async () => {
    const port = await listening(createTcpServer());
    await expect(look(port, { 'TLSv1.3': 'accepted', 'TLSv1.2': 'accepted' }, 300)).rejects.toMatchObject({
      code: 'ERR_TIMEOUT',
    });
  });

  it('ends with a server that floods', async () => {
    const flood = Buffer.concat([Buffer.from([22, 3, 3, 64, 0]), Buffer.alloc(16_384)]);
    const server = createTcpServer((socket) => {
      const pour = (): void => void (socket.writable && socket.write(flood, () => setImmediate(pour)));
      pour();
    });
    const failure = await look(await listening(server), {
      'TLSv1.3': 'accepted',
      'TLSv1.2': 'accepted',
    }).catch((e) => e);
    expect(failure).toBeInstanceOf(AssayError);
    expect(failure).toMatchObject({ code: 'ERR_NO_CERTIFICATE' });
  });

  it('is nothing where a server without the kind of certificate just closes the connection', async () => {
    const behind = await serve([credential('rsa')], 'TLSv1.2');
    const port = await listening(closingOnAlert(behind));
    const { chain, missing, session } = await look(port, only12);
    expect(missing).toEqual([]);
    expect(chain.paths).toHaveLength(1);
    // Closed in company, it was asked once more alone before that was taken for an answer.
    expect(session.connections).toBe(14);
  });

  it('names a root that is no certificate', async () => {
    writeFileSync(caFile, pem(rootCertificate, Buffer.from('no certificate')));
    const port = await serve([credential('ec')], 'TLSv1.2');
    await expect(look(port, only12)).rejects.toMatchObject({ code: 'ERR_CA_FILE' });
    writeFileSync(caFile, pem(rootCertificate));
  });

  it('names a file of roots that is not there', async () => {
    rmSync(caFile);
    const port = await serve([credential('ec')], 'TLSv1.2');
    await expect(look(port, only12)).rejects.toMatchObject({ code: 'ERR_CA_FILE' });
    writeFileSync(caFile, pem(rootCertificate));
  });
});

/** Passes each connection on to where its hello is to go. */
function routing(portFor: (hello: Buffer) => number): Server {
  return createTcpServer((socket) => {
    socket.once('data', (hello) => {
      const upstream = connect(portFor(hello), '127.0.0.1');
      sockets.add(upstream);
      upstream.on('error', () => socket.destroy());
      socket.on('close', () => upstream.destroy());
      upstream.write(hello);
      socket.pipe(upstream).pipe(socket);
    });
  });
}

/** Passes connections on, and ends them without a word where the server would send an alert. */
function closingOnAlert(port: number): Server {
  return createTcpServer((socket) => {
    const upstream = connect(port, '127.0.0.1');
    sockets.add(upstream);
    upstream.on('error', () => socket.destroy());
    upstream.on('data', (chunk) => (chunk[0] === 21 ? socket.end() : socket.write(chunk)));
    socket.on('close', () => upstream.destroy());
    socket.pipe(upstream);
  });
}
