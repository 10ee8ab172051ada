import { createServer as createTlsServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issueDemoCertificates } from '../../src/demo/certificates.ts';
import type { SubjectRecord } from '../../src/model/index.ts';
import { assay } from '../cli/terminal.ts';
import { issueLeaf, party } from '../x509/authority.ts';
import * as hostile from './hostile-servers.ts';
import { codesOf, everythingIn, type Scanned, type Site, scan, startSite } from './scanning.ts';

const timeoutMs = 1000;
/** Per subject: twelve times the limit of a connection, twice, as what did not get through is tried again. */
const subjectLimitMs = 2 * 12 * timeoutMs;

let site: Site;
let scanned: Scanned;
let tookMs: number;
let grewBytes: number;
const urls = new Map<string, string>();

const self = party('host.test');
const servers: Readonly<Record<string, hostile.Serve>> = {
  silence: hostile.silence,
  resetting: hostile.resetting,
  closing: hostile.closing,
  http: hostile.http,
  garbage: hostile.garbage,
  drip: hostile.drip,
  tarpit: hostile.tarpit,
  hugeCertificate: hostile.hugeCertificate,
  longChain: hostile.longChain(issueLeaf(self, self)),
  longChainOfNothing: hostile.longChainOfNothing,
  retryLoop: hostile.retryLoop,
  strangeVersion: hostile.strangeVersion,
  strangeSuite: hostile.strangeSuite,
  wrongLengths: hostile.wrongLengths(),
  endlessWarnings: hostile.endlessWarnings,
  unexpectedMessage: hostile.unexpectedMessage,
  emptyRecords: hostile.emptyRecords,
  pskHint: hostile.pskHint,
};

/** Speaks TLS as it should, and then talks without end. */
async function talkative(): Promise<{ port: number; stop(): void }> {
  const { hardened } = issueDemoCertificates(new Date());
  const server = createTlsServer({ key: hardened.keyPem, cert: hardened.certificatePem }, (socket) => {
    socket.on('error', () => socket.destroy());
    const more = (): void => {
      while (!socket.destroyed && socket.write(Buffer.alloc(16_000, 0x41)));
    };
    socket.on('drain', more);
    more();
  });
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('expected a port');
  return { port: bound.port, stop: () => server.close() };
}

let stopTalking: () => void;

beforeAll(async () => {
  site = await startSite();
  for (const [name, serve] of Object.entries(servers))
    urls.set(name, `https://127.0.0.1:${(await site.fake(serve)).port}`);
  urls.set(
    'oneByteRecords',
    `https://127.0.0.1:${(await site.fake(hostile.oneByteRecords(site.hardened))).port}`,
  );
  const talking = await talkative();
  stopTalking = talking.stop;
  urls.set('talkative', `https://127.0.0.1:${talking.port}`);
  urls.set('hardened', `https://127.0.0.1:${site.hardened}`);
  const before = process.memoryUsage.rss();
  const startedAt = performance.now();
  const options = [
    '--ca',
    'ca.pem',
    '--timeout',
    `${timeoutMs}ms`,
    '--concurrency',
    '32',
    '--fail-on',
    'none',
  ];
  scanned = await scan(site, [...urls.values(), ...options]);
  tookMs = performance.now() - startedAt;
  grewBytes = process.memoryUsage.rss() - before;
}, 180_000);
afterAll(async () => {
  stopTalking();
  await site.stop();
});

function subject(name: string): SubjectRecord {
  const found = scanned.subjects.find((one) => one.subject.locator.includes(new URL(urls.get(name)!).port));
  if (found === undefined) throw new Error(`expected ${name} among the subjects`);
  return found;
}

function passes(name: string): readonly string[] {
  const { id } = subject(name).subject;
  return scanned.findings
    .filter((one) => one.subjectId === id && one.reason === 'pass')
    .map((one) => one.controlId);
}

describe('one scan of many hostile servers', () => {
  test('ends in time, in little memory, and its bundle verifies', async () => {
    expect(tookMs).toBeLessThan(subjectLimitMs + 20_000);
    expect(grewBytes).toBeLessThan(500 * 2 ** 20);
    const verified = await assay(['verify', scanned.bundle]);
    expect([verified.exitCode, verified.stderr]).toEqual([0, '']);
  });

  test('keeps nothing of what services that are no TLS say', () => {
    const everything = everythingIn(scanned.bundle);
    const banner = Buffer.from('secret-banner');
    for (const form of ['latin1', 'hex', 'base64'] as const)
      expect(everything).not.toContain(banner.toString(form).replace(/=+$/, ''));
  });

  test.each([
    ['silence', ['ERR_TIMEOUT']],
    ['resetting', ['ERR_RESET']],
    ['closing', ['ERR_CLOSED']],
    ['http', ['ERR_NOT_TLS']],
    ['garbage', ['ERR_NOT_TLS']],
    ['drip', ['ERR_TIMEOUT', 'ERR_INTERRUPTED']],
    ['tarpit', ['ERR_TIMEOUT', 'ERR_INTERRUPTED']],
    ['retryLoop', ['ERR_NO_DEFINITE_ANSWER']],
    ['strangeVersion', ['ERR_NO_DEFINITE_ANSWER']],
    ['strangeSuite', ['ERR_NO_DEFINITE_ANSWER']],
    ['endlessWarnings', ['ERR_NO_DEFINITE_ANSWER']],
    ['unexpectedMessage', ['ERR_NO_DEFINITE_ANSWER']],
    ['emptyRecords', ['ERR_NO_DEFINITE_ANSWER']],
  ])('%s: nothing is seen, and why is said', (name, expected) => {
    const { observations } = subject(name);
    expect(observations.filter(({ kind }) => kind === 'seen')).toEqual([]);
    const versions = observations.find(({ fact }) => fact === 'tls.versions');
    expect(expected).toContain(versions?.kind === 'unseen' ? versions.reason.code : 'seen');
    expect(passes(name)).toEqual([]);
  });

  test.each(['hugeCertificate', 'longChain', 'longChainOfNothing', 'wrongLengths', 'pskHint'])(
    '%s: no certificate is seen, and none passes',
    (name) => {
      const facts = new Map(subject(name).observations.map((one) => [one.fact, one.kind]));
      expect([facts.get('tls.chain'), facts.get('tls.leaf')]).toEqual(['unseen', 'unseen']);
      expect(passes(name).filter((control) => control.startsWith('tls.cert.'))).toEqual([]);
    },
  );

  test('records of one byte are read as any others', () => {
    expect([...passes('oneByteRecords')].sort()).toEqual([...passes('hardened')].sort());
    expect(passes('hardened').length).toBeGreaterThan(5);
  });

  test('a server that talks on after the handshake is seen like any other', () => {
    const facts = new Map(subject('talkative').observations.map((one) => [one.fact, one.kind]));
    expect([facts.get('tls.versions'), facts.get('tls.chain')]).toEqual(['seen', 'seen']);
  });

  test('none of them takes anything from the server that is as it should be', () => {
    expect(codesOf(subject('hardened'))).toEqual([]);
  });
});
