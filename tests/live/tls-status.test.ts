import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, connect, createServer, type Server, type TLSSocket } from 'node:tls';
import { afterAll, describe, expect, it } from 'vitest';
import type { Collected, FactCollector } from '../../src/collectors/collector.ts';
import { revocationCollector } from '../../src/collectors/tls/revocation.ts';
import { openTlsSession, type TlsSession } from '../../src/collectors/tls/session.ts';
import { timestampsCollector } from '../../src/collectors/tls/timestamps.ts';
import { weaknessesCollector } from '../../src/collectors/tls/weaknesses.ts';
import { factValidators } from '../../src/engine/fact-validation.ts';
import { facts } from '../../src/facts/index.ts';
import type { Subject, Target } from '../../src/model/index.ts';
import type { Revocation } from '../../src/tls/facts/revocation.ts';
import type { Timestamps } from '../../src/tls/facts/timestamps.ts';
import type { Versions } from '../../src/tls/facts/versions.ts';
import type { Weaknesses } from '../../src/tls/facts/weaknesses.ts';
import { deriveRevocation } from '../../src/tls/revocation-facts.ts';
import { readCertificate } from '../../src/x509/certificate.ts';
import { encodeDer, integer, sequence } from '../../src/x509/der.ts';
import { pem } from '../../src/x509/pem.ts';
import { transparencyLogs } from '../../src/x509/transparency-logs.ts';
import { trustStore } from '../../src/x509/trust-store.ts';
import { issueCa, issueLeaf, party } from '../x509/authority.ts';
import { issueLogged, log } from '../x509/log-authority.ts';
import { issueOcsp } from '../x509/status-authority.ts';

const now = Math.floor(Date.now() / 1000) * 1000;
const days = (count: number): Date => new Date(now + count * 86_400_000);
const current = { notBefore: days(-10), notAfter: days(80) };
const ca = party('CA');
const caCertificate = issueCa(ca, ca, current);
const server = party('host.test', 'rsa');
const mustStaple = { oid: '1.3.6.1.5.5.7.1.24', critical: false, value: encodeDer(sequence(integer(5))) };
const ordinary = issueLeaf(server, ca, { ...current, extensions: [mustStaple] });
const shortLived = issueLeaf(server, ca, { notBefore: days(-1), notAfter: days(5) });
const logged = issueLogged(server, ca, caCertificate, [{ log: log('A', 'one'), at: days(-9) }], current);

const folder = mkdtempSync(join(tmpdir(), 'assay-status-'));
const caFile = join(folder, 'roots.pem');
writeFileSync(caFile, pem(caCertificate));
const servers: Server[] = [];
afterAll(() => {
  for (const one of servers) one.close();
  rmSync(folder, { recursive: true });
});

async function serve(leaf: Uint8Array, staple?: Uint8Array): Promise<number> {
  const one = createServer({
    key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }),
    cert: pem(leaf),
  });
  servers.push(one);
  one.on('tlsClientError', () => undefined);
  one.on('OCSPRequest', (_certificate, _issuer, answer: (error: null, response: Buffer | null) => void) =>
    answer(null, staple === undefined ? null : Buffer.from(staple)),
  );
  one.listen(0, '127.0.0.1');
  await once(one, 'listening');
  return (one.address() as AddressInfo).port;
}

const versions: Versions = {
  SSLv3: 'refused',
  'TLSv1.0': 'refused',
  'TLSv1.1': 'refused',
  'TLSv1.2': 'accepted',
  'TLSv1.3': 'accepted',
};
const validators = factValidators(facts);

async function look(port: number, collector: FactCollector<TlsSession>): Promise<Collected> {
  const shared = {
    kind: 'tls-endpoint',
    locator: `tls://host.test:${port}`,
    host: 'host.test',
    port,
    tags: [],
    optional: false,
  } as const;
  const target: Target = { ...shared, id: 'target', named: true, addresses: ['127.0.0.1'], caFile };
  const subject: Subject = { ...shared, id: 'target', targetId: 'target', address: '127.0.0.1' };
  const context = { timeoutMs: 5000, signal: new AbortController().signal, scanName: 'assay/test', env: {} };
  const session = await openTlsSession(target, subject, context);
  try {
    const seen = await collector.collect(session, async () => versions, context);
    expect(validators(collector.fact)(seen.value)).toBeUndefined();
    return seen;
  } finally {
    await session.close();
  }
}

describe('what a real server sends about the status of its certificate', () => {
  it('tells nothing without a staple, and is not said to be good', async () => {
    const { value, completeness } = await look(await serve(ordinary), revocationCollector);
    const [item] = (value as Revocation).certificates;
    expect(item).toMatchObject({ subject: 'CN=host.test,O=Assay Tests', mustStaple: true });
    expect(item).not.toHaveProperty('status');
    // Absent where the hellos did not ask; a lack is claimed only of hellos that did.
    expect([undefined, 'none']).toContain(item?.staple);
    expect(completeness.map(({ list, returned }) => [list, returned])).toEqual([
      ['/certificates', 1],
      ['/authorities', 0],
    ]);
  });

  it('needs no revocation where it lives for days only', async () => {
    const { value, evidence } = await look(await serve(shortLived), revocationCollector);
    expect((value as Revocation).certificates).toMatchObject([{ status: 'short-lived' }]);
    expect(JSON.parse(String(evidence[0]?.bytes))).toHaveProperty('at');
  });

  it('carries timestamps of logs that nobody knows', async () => {
    const { value } = await look(await serve(logged), timestampsCollector);
    const [item] = (value as Timestamps).certificates;
    expect(item).toMatchObject({
      anchorKind: 'private',
      timestamps: [{ log: 'unknown', source: 'certificate', verdict: 'not-checked' }],
    });
    expect(item).not.toHaveProperty('sufficient');
  });

  it('carries a timestamp under the name of a public log, which did not sign it', async () => {
    const [known] = transparencyLogs.logs;
    const forged = log('A', 'one', { key: known!.key });
    const leaf = issueLogged(server, ca, caCertificate, [{ log: forged, at: days(-9) }], current);
    const { value, evidence } = await look(await serve(leaf), timestampsCollector);
    const [item] = (value as Timestamps).certificates;
    expect(item?.timestamps).toMatchObject([
      { log: known!.name, operator: known!.operator, verdict: 'invalid' },
    ]);
    const { logs } = JSON.parse(String(evidence[0]?.bytes));
    expect(logs).toEqual({ published: transparencyLogs.published, logs: [known] });
    expect(evidence.map(({ title }) => title)).toContain('Roots that the chains lead to, by name');
  });

  it('has a key with none of the weaknesses', async () => {
    const { value, completeness } = await look(await serve(ordinary), weaknessesCollector);
    expect((value as Weaknesses).certificates).toMatchObject([{ role: 'leaf', weaknesses: [] }]);
    expect(completeness).toMatchObject([{ list: '/certificates', returned: 1, missing: [] }]);
  });
});

async function stapledBytes(port: number): Promise<Uint8Array> {
  const options: ConnectionOptions & { requestOCSP: boolean } = {
    port,
    host: '127.0.0.1',
    servername: 'host.test',
    ca: pem(caCertificate),
    requestOCSP: true,
  };
  const client: TLSSocket = connect(options);
  try {
    const [response] = (await once(client, 'OCSPResponse')) as [Buffer];
    return response;
  } finally {
    client.destroy();
  }
}

describe('a response as OpenSSL staples it', () => {
  it.each([
    ['good', 'good'],
    [{ revokedAt: days(-1), reason: 4 }, 'revoked'],
  ] as const)('%j', async (status, expected) => {
    const times = { thisUpdate: days(-1), nextUpdate: days(1) };
    const answers = [{ certificate: ordinary, issuer: caCertificate, status, ...times }];
    const port = await serve(ordinary, issueOcsp({ signer: ca, responder: caCertificate, answers }));
    const staple = await stapledBytes(port);
    const handshake = 'TLSv1.3, any';
    const sendings = [{ handshake, asked: true, staple }];
    const chain = { handshakes: [handshake], leaf: readCertificate(ordinary), others: [], sendings };
    const roots = { trusted: trustStore('ca', [caCertificate]), public: trustStore('public', []) };
    const input = { chains: [chain], roots, atMs: now };
    expect(deriveRevocation(input).certificates).toMatchObject([{ staple: expected, status: expected }]);
  });
});
