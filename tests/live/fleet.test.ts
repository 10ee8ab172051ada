import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ScanPlan } from '../../src/cli/plan.ts';
import { assay } from '../cli/terminal.ts';
import { type Listening, tlsServer } from '../tls/look.ts';
import { alert, readHello, serverHello } from '../tls/wire.ts';
import { type Front, startFront } from './front.ts';
import { codesOf, type Fake, type Site, scan, startSite } from './scanning.ts';

let site: Site;
let everywhere: Listening;
beforeAll(async () => {
  site = await startSite();
  everywhere = await tlsServer({ minVersion: 'TLSv1.2' }, 'ec', '0.0.0.0');
});
afterAll(async () => {
  await everywhere.stop();
  await site.stop();
});

const fronts: Front[] = [];
afterEach(async () => {
  await Promise.all(fronts.splice(0).map((front) => front.stop()));
});

async function front(...how: Parameters<typeof startFront>): Promise<Front> {
  const started = await startFront(...how);
  fronts.push(started);
  return started;
}

const protocols = ['--control', 'tls.protocol.tls12-or-later-offered', '--fail-on', 'none'];

test('300 endpoints of a list are looked at as a stream, and all are in the record', async () => {
  const list = `# a fleet\n127.0.1.0/24 ${everywhere.port}\n127.0.2.1-127.0.2.44 ${everywhere.port}\n`;
  writeFileSync(join(site.folder, 'fleet.txt'), list);
  const argv = ['--targets', 'fleet.txt', '--concurrency', '16', ...protocols];
  const { assessment, subjects, stderr, bundle, exitCode } = await scan(site, argv);
  expect(exitCode).toBe(0);
  expect(subjects).toHaveLength(300);
  expect(assessment.scope.targets).toHaveLength(300);
  expect(assessment.scope.subjects.map(({ address }) => address)).toContain('127.0.2.44');
  expect(assessment.counts).toMatchObject({ pass: 300, fail: 0, unseen: 0 });
  // Not a line an endpoint: one every ten seconds, and the last.
  const told = stderr.trimEnd().split('\n');
  expect(told.at(-1)).toMatch(/^looking: 300 of 300 done/);
  expect(told.length).toBeLessThan(20);
  const log = readFileSync(join(bundle, 'data/log/run.jsonl'), 'utf8').trimEnd().split('\n');
  expect(JSON.parse(log[0] ?? '')).toMatchObject({ event: 'scan-started', targets: 300 });
  expect(JSON.parse(log.at(-1) ?? '')).toMatchObject({ event: 'scan-finished', subjects: 300 });
});

test('no more connections are made than --max-rate allows', async () => {
  const times: number[] = [];
  const { port } = await front(() => {
    times.push(performance.now());
    return true;
  });
  const { assessment } = await scan(site, [`tls://127.0.0.1:${port}`, '--max-rate', '10', ...protocols]);
  expect(assessment.counts).toMatchObject({ pass: 1 });
  expect(times.length).toBeGreaterThan(5);
  const tookMs = (times.at(-1) ?? 0) - (times[0] ?? 0);
  // Slowness only makes it longer.
  expect(tookMs).toBeGreaterThan((times.length - 1) * 100 * 0.8);
});

test('a rate that is slower than the limit of a look leaves nothing unseen', async () => {
  const { port } = await front(() => true);
  const argv = [`tls://127.0.0.1:${port}`, '--max-rate', '3', '--timeout', '150ms', ...protocols];
  expect((await scan(site, argv)).assessment.counts).toMatchObject({ pass: 1, unseen: 0 });
});

test('one address has at most eight connections at a time, on however many ports', async () => {
  let standing = 0;
  let most = 0;
  const fakes = await Promise.all(
    Array.from({ length: 6 }, () =>
      site.fake((socket) => {
        standing += 1;
        most = Math.max(most, standing);
        socket.resume();
        setTimeout(() => {
          // Before the other side can know that it ended, and begin the next.
          standing -= 1;
          socket.end();
        }, 60);
      }),
    ),
  );
  const ports = fakes.map(({ port }) => port).join(',');
  await scan(site, ['tls://127.0.0.1', '--ports', ports, '--concurrency', '16', ...protocols]);
  expect(most).toBeGreaterThan(4);
  expect(most).toBeLessThanOrEqual(8);
});

test('of a server that goes away in the middle, what was seen is kept and what was not is named', async () => {
  const whole = await front(() => true);
  await scan(site, [`tls://127.0.0.1:${whole.port}`, ...protocols]);
  const forVersions = whole.seen.count;
  const dying = await front(() => {
    if (dying.seen.count === forVersions) dying.shut();
    return true;
  });
  const argv = [`tls://127.0.0.1:${dying.port}`, ...protocols, '--control', 'tls.cert'];
  const { subjects, exitCode, assessment } = await scan(site, argv);
  const [subject] = subjects;
  if (subject === undefined) throw new Error('expected a subject');
  const seen = subject.observations.filter(({ kind }) => kind === 'seen').map(({ fact }) => fact);
  expect(seen).toEqual(['tls.versions']);
  expect(codesOf(subject)).toEqual(['ERR_UNREACHABLE']);
  expect(exitCode).toBe(4);
  expect(assessment.counts.pass).toBeGreaterThan(0);
  expect(assessment.counts.unseen).toBeGreaterThan(0);
});

describe('no more connections are made than `assay plan` says', () => {
  const each = (answer: (hello: Buffer) => Buffer | undefined) => (): Promise<Fake> =>
    site.fake((socket) => {
      socket.once('data', (hello) => {
        const bytes = answer(hello);
        if (bytes === undefined) socket.resetAndDestroy();
        else socket.end(bytes);
      });
    });
  const counted = async (
    admits: Parameters<typeof startFront>[0],
    options?: Parameters<typeof startFront>[1],
  ) => {
    const { port, seen } = await front(admits, options);
    return { port, connections: () => seen.count };
  };

  test.each<[string, () => Promise<Fake>]>([
    ['a modern server', () => counted(() => true)],
    [
      'a server of every version',
      () => counted(() => true, { minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' }),
    ],
    [
      'one that takes one connection at a time',
      () =>
        counted((standing, socket) => {
          if (standing > 1) socket.resetAndDestroy();
          return standing === 1;
        }),
    ],
    [
      'one that cuts every other connection',
      () => {
        let turn = 0;
        return counted((_, socket) => {
          turn += 1;
          if (turn % 2 === 0) socket.resetAndDestroy();
          return turn % 2 === 1;
        });
      },
    ],
    ['one that resets all', each(() => undefined)],
    ['one that refuses all', each(() => alert('handshake_failure'))],
    ['one that asks to retry without end', each(() => serverHello('TLSv1.3', { retryGroup: 0x001d }))],
    ['one that is no TLS', each(() => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'))],
    [
      'one that answers each version and ends there',
      each((hello) => {
        const { version } = readHello(hello);
        return version === 'SSLv2' ? undefined : serverHello(version);
      }),
    ],
  ])('to %s', async (_, start) => {
    const { port, connections } = await start();
    const url = `tls://127.0.0.1:${port}`;
    const { stdout } = await assay(['plan', url, '--json'], { cwd: site.folder });
    const plan: ScanPlan = JSON.parse(stdout);
    expect(connections()).toBe(0);
    const { subjects } = await scan(site, [url, '--timeout', '1s', '--fail-on', 'none']);
    expect(connections()).toBeGreaterThan(3);
    expect(connections()).toBeLessThanOrEqual(plan.connections);
    expect(subjects[0]?.connections).toBeLessThanOrEqual(plan.connections);
  });
});
