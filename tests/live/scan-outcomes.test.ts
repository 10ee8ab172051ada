import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../src/model/index.ts';
import { assay, lastLine } from '../cli/terminal.ts';
import { codesOf, failsOfHardened, judged, type Scanned, type Site, scan, startSite } from './scanning.ts';

let site: Site;
let hardened: string;
let weak: string;
beforeAll(async () => {
  site = await startSite();
  hardened = `tls://127.0.0.1:${site.hardened}`;
  weak = `tls://127.0.0.1:${site.weak}`;
});
afterAll(() => site.stop());

/** The last line is the exit code, the bundle verifies, nothing of the way there is left. */
async function checked(scanned: Scanned): Promise<Scanned> {
  expect(lastLine(scanned.stdout)).toMatch(new RegExp(`^exit code ${scanned.exitCode}: `));
  expect(scanned.stdout).toContain(`bundle: ${scanned.bundle}  DRAFT, UNSIGNED`);
  expect(readdirSync(site.folder).filter((name) => name.includes('partial'))).toEqual([]);
  const verified = await assay(['verify', scanned.bundle]);
  expect([verified.exitCode, verified.stderr]).toEqual([0, '']);
  expect(verified.stdout).toContain('origin not checked (UNSIGNED)');
  return scanned;
}

describe('a server that is as it should be', () => {
  test('is clean: 0, every test of it passed, with evidence', async () => {
    const { exitCode, findings, subjects, stdout, stderr } = await checked(
      await scan(site, [hardened, '--ca', 'ca.pem']),
    );
    expect(exitCode).toBe(0);
    expect(subjects.map(codesOf)).toEqual([[]]);
    const facts = subjects[0]?.observations.length;
    const applicable = findings.filter(({ reason }) => reason !== 'not-applicable');
    expect(judged(findings, 'pass')).toEqual(failsOfHardened);
    expect(applicable.length).toBeGreaterThan(10);
    for (const finding of applicable) expect(finding.evidence).not.toEqual([]);
    expect(stdout).toMatch(new RegExp(`^${hardened} {2}127\\.0\\.0\\.1 {2}\\d+ connections {2}`));
    expect(stderr).toMatch(new RegExp(`^looked at ${hardened}: ${facts} facts seen, \\d+ connections\n$`));
  });
});

describe('a weak server', () => {
  test.each([
    [[], 3],
    [['--fail-on', 'medium'], 3],
    [['--fail-on', 'critical'], 3],
    [['--fail-on', 'none'], 0],
    [['--fail-on', 'critical', '--control', 'tls.protocol.tls10-tls11-refused'], 0],
    [['--fail-on', 'high', '--control', 'tls.protocol.tls10-tls11-refused'], 3],
    [['--fail-on', 'high', '--control', 'tls.protocol.tls13-offered'], 0],
    [['--fail-on', 'medium', '--control', 'tls.protocol.tls13-offered'], 3],
  ] as const)('with %j ends with %i', async (options, code) => {
    const { exitCode, assessment, stdout } = await checked(await scan(site, [weak, ...options]));
    expect(exitCode).toBe(code);
    expect(assessment.counts.fail).toBeGreaterThan(0);
    expect(stdout).toMatch(code === 3 ? /at or above/ : /not counted|all below/);
  });

  test('shows the worst four in 25 lines, and says how many more there are', async () => {
    const { stdout, assessment, findings } = await checked(await scan(site, [weak]));
    const lines = stdout.trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(25);
    expect(assessment.counts.fail).toBeGreaterThan(4);
    expect(stdout).toContain(`and ${assessment.counts.fail - 4} more: assay report`);
    const severities = lines.flatMap((line) => /^(critical|high|medium|low) {2}/.exec(line)?.[1] ?? []);
    const worst = ['critical', 'high', 'medium', 'low'].flatMap((severity) =>
      findings.filter((finding) => finding.reason === 'fail' && finding.severity === severity),
    );
    expect(severities).toEqual(worst.slice(0, 4).map(({ severity }) => severity));
    expect(stdout.match(/^ {2}fix: /gm)).toHaveLength(4);
    expect(stdout.match(/\[EV-\d{5}/g)?.length).toBeGreaterThanOrEqual(4);
  });
});

describe('a server that cannot be looked at', () => {
  const failing: [string, string, () => Promise<string>][] = [
    ['nothing listens', 'ERR_UNREACHABLE', async () => 'tls://127.0.0.1:1'],
    ['says nothing', 'ERR_TIMEOUT', () => faked(() => undefined)],
    ['is not TLS', 'ERR_NOT_TLS', () => faked((socket) => void socket.end('HTTP/1.1 400 canary\r\n\r\n'))],
    ['closes at once', 'ERR_CLOSED', () => faked((socket) => void socket.end())],
    ['resets', 'ERR_RESET', () => faked((socket) => void socket.resetAndDestroy())],
    ['has no address', 'ERR_UNRESOLVED', async () => 'tls://no-such-host.invalid'],
    [
      'is not PostgreSQL',
      'ERR_NOT_POSTGRES',
      () => database((socket) => void socket.end('HTTP/1.1 400 canary')),
    ],
    [
      'declines TLS',
      'ERR_UNPROTECTED_CREDENTIAL',
      () => database((socket) => socket.once('data', () => socket.write('N'))),
    ],
  ];

  async function faked(...serve: Parameters<Site['fake']>): Promise<string> {
    return `tls://127.0.0.1:${(await site.fake(...serve)).port}`;
  }
  async function database(...serve: Parameters<Site['fake']>): Promise<string> {
    return `postgres://nobody@127.0.0.1:${(await site.fake(...serve)).port}/postgres`;
  }

  test.each(failing)('because it %s is not tested, with what to do: 4', async (_, code, locate) => {
    const url = await locate();
    const { exitCode, stdout, stderr, assessment, subjects } = await checked(
      await scan(site, [url, '--timeout', '400ms'], { columns: 400 }),
    );
    expect(exitCode).toBe(4);
    expect(assessment.counts).toMatchObject({ pass: 0, fail: 0, error: 0 });
    expect(assessment.counts.unseen).toBeGreaterThan(0);
    expect(subjects.map(codesOf)).toEqual([[code]]);
    expect(stdout.match(/^not tested, not a pass: .*$/gm)).toEqual([expect.stringContaining(code)]);
    expect(stdout).toMatch(/^ {2}do: \w.*$/m);
    expect(stderr).toMatch(new RegExp(`^looked at [^\n]* not seen \\(${code}\\), \\d+ connections?\n$`));
    expect(stdout + stderr).not.toContain('canary');
  });

  test('costs nothing but itself: the others are looked at, and the scan is not proven', async () => {
    const urls = await Promise.all(failing.slice(0, 6).map(([, , locate]) => locate()));
    const options = ['--ca', 'ca.pem', '--timeout', '1s'];
    const { exitCode, subjects, findings, stdout } = await checked(
      await scan(site, [...urls, hardened, ...options], { columns: 400 }),
    );
    expect(exitCode).toBe(4);
    expect(subjects).toHaveLength(7);
    const seen = subjects.filter((subject) => codesOf(subject).length === 0);
    expect(seen.map(({ subject }) => subject.locator)).toEqual([hardened]);
    const [ofSeen, ofOthers] = [seen[0]?.subject.id].map((id) => [
      findings.filter(({ subjectId }) => subjectId === id),
      findings.filter(({ subjectId }) => subjectId !== id),
    ])[0] as [Finding[], Finding[]];
    expect(judged(ofSeen, 'pass')).toEqual(failsOfHardened);
    expect(judged(ofOthers, 'unseen')).toEqual([]);
    expect(ofOthers).toHaveLength(6 * ofSeen.length);
    for (const [, code] of failing.slice(0, 6)) expect(stdout).toContain(`(${code})`);
    expect(stdout.trimEnd().split('\n').length).toBeLessThanOrEqual(25);
  });

  test('beside one with exceptions: 3 comes first', async () => {
    const { exitCode, stdout } = await checked(await scan(site, [weak, 'tls://127.0.0.1:1']));
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^not tested, not a pass: /m);
  });

  test('is tried once more where that may help, and never where it may not', async () => {
    const closing = await site.fake((socket) => void socket.end());
    const garbled = await site.fake((socket) => void socket.end('HTTP/1.1 400\r\n\r\n'));
    const { subjects } = await scan(site, [
      `tls://127.0.0.1:${closing.port}`,
      `tls://127.0.0.1:${garbled.port}`,
    ]);
    const byPort = (port: number) => subjects.find(({ subject }) => subject.port === port);
    for (const [fake, attempts] of [
      [closing, 2],
      [garbled, 1],
    ] as const) {
      const record = byPort(fake.port);
      expect(new Set(record?.observations.map((one) => one.attempts))).toEqual(new Set([attempts]));
      expect(fake.connections()).toBe(record?.connections);
    }
  });

  test('and lets in the second time is seen', async () => {
    const only = ['--control', 'tls.protocol.tls12-or-later-offered'];
    const resetting = await site.fake((socket) => void socket.resetAndDestroy());
    await scan(site, [`tls://127.0.0.1:${resetting.port}`, ...only]);
    const ofOneLook = resetting.connections() / 2;
    let refused = 0;
    const flaky = await site.fake((socket) => {
      refused += 1;
      if (refused <= ofOneLook) return void socket.resetAndDestroy();
      const server = connect(site.hardened, '127.0.0.1').on('error', () => socket.destroy());
      socket
        .on('close', () => server.destroy())
        .pipe(server)
        .pipe(socket);
    });
    const url = `tls://127.0.0.1:${flaky.port}`;
    const { exitCode, subjects, stderr } = await scan(site, [url, ...only]);
    expect(codesOf(subjects[0]!)).toEqual([]);
    expect(subjects[0]?.observations.map((one) => one.attempts)).toEqual([2]);
    expect(exitCode).toBe(0);
    expect(stderr.match(/looked at/g)).toHaveLength(1);
  });
});

describe('a target that may be missed', () => {
  const file = (optional: boolean) =>
    `targets:\n  - { id: web, url: "${hardened}", ca: ca.pem }\n  - { id: gone, url: "tls://127.0.0.1:1", optional: ${optional} }\n`;

  test.each([
    [true, 0],
    [false, 4],
  ])('optional: %s', async (optional, code) => {
    writeFileSync(join(site.folder, 'optional.yaml'), file(optional));
    const { exitCode, stdout, findings } = await scan(site, ['--config', 'optional.yaml']);
    expect(exitCode).toBe(code);
    const of = (id: string) => findings.filter(({ subjectId }) => subjectId === id);
    expect(judged(of('web'), 'pass')).toEqual(failsOfHardened);
    expect(judged(of('gone'), 'unseen')).toEqual([]);
    const { length } = of('gone').filter(({ reason }) => reason === 'unseen');
    expect(stdout).toMatch(new RegExp(`^not tested, not a pass: ${length} tests`, 'm'));
  });
});

describe('limits', () => {
  test('--max-duration ends the looking, seals, and says so', async () => {
    const silent = await site.fake(() => undefined);
    const limits = ['--timeout', '60s', '--max-duration', '1s'];
    const url = `tls://127.0.0.1:${silent.port}`;
    const { exitCode, stdout, assessment, subjects, findings } = await checked(
      await scan(site, [url, ...limits], { columns: 400 }),
    );
    expect(exitCode).toBe(4);
    expect(assessment.run.interrupted).toBe('max-duration');
    expect(subjects.map(codesOf)).toEqual([['ERR_INTERRUPTED']]);
    expect(stdout).toMatch(/stopped by its time limit/);
    expect(judged(findings, 'unseen')).toEqual([]);
    expect(stdout).toMatch(
      new RegExp(`not tested, not a pass: ${assessment.counts.unseen} tests.*\\(ERR_INTERRUPTED\\)`),
    );
  });

  test('--concurrency 1 looks at one subject after the other', async () => {
    let open = 0;
    let most = 0;
    const urls = await Promise.all(
      [1, 2, 3].map(async () => {
        const { port } = await site.fake((socket) => {
          open += 1;
          most = Math.max(most, open);
          setTimeout(() => {
            open -= 1;
            socket.end('HTTP/1.1 400\r\n\r\n');
          }, 50);
        });
        return `tls://127.0.0.1:${port}`;
      }),
    );
    const single = ['--control', 'tls.protocol', '--concurrency', '1'];
    await scan(site, [...urls.slice(0, 1), ...single]);
    const alone = most;
    await scan(site, [...urls, ...single]);
    expect(most).toBe(alone);
    await scan(site, [...urls, '--control', 'tls.protocol', '--concurrency', '3']);
    expect(most).toBeGreaterThan(alone);
  });
});

describe('what reports cost', () => {
  test('a report that cannot be written ends with 6, and the bundle is there', async () => {
    const { exitCode, stdout, stderr, bundle } = await scan(site, [
      hardened,
      '--ca',
      'ca.pem',
      '--format',
      'html',
    ]);
    expect([exitCode, stdout.includes(`report: ${bundle}.html`), stderr.includes('exit code')]).toEqual([
      0,
      true,
      false,
    ]);
    expect(statSync(`${bundle}.html`).mode & 0o777).toBe(0o600);
    const again = join(site.folder, 'taken');
    mkdirSync(join(`${again}.pdf`, 'x'), { recursive: true });
    const failed = await assay(['scan', hardened, '--ca', 'ca.pem', '--format', 'pdf', '--out', again], {
      cwd: site.folder,
    });
    expect(failed.exitCode).toBe(6);
    expect(failed.stderr).toContain(`bundle: ${again} is sealed, but not all of its reports are written`);
    expect(lastLine(failed.stderr)).toMatch(/^exit code 6: .*ERR_OUTPUT/);
    expect((await assay(['verify', again])).exitCode).toBe(0);
    expect(readdirSync(site.folder).filter((name) => name.includes('partial'))).toEqual([]);
  });
});
