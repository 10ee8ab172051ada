import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { ScanPlan } from '../../src/cli/plan.ts';
import { assay, removeFolders, type TerminalOptions, temporaryFolder } from './terminal.ts';

afterAll(removeFolders);

async function planned(argv: readonly string[], options?: TerminalOptions): Promise<ScanPlan> {
  const { stdout, stderr, exitCode } = await assay(['plan', ...argv, '--json'], options);
  expect([exitCode, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

describe('assay plan', () => {
  test('tells kinds of hello, bounds, source and pace of a TLS endpoint', async () => {
    const { stdout, stderr, exitCode } = await assay([
      'plan',
      'tls://192.0.2.7:8443',
      '--max-rate',
      '2.5',
      '--timeout',
      '3s',
    ]);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^1 subject, at most [\d,]+ connections\. Nothing was connected to\.\n/);
    for (const line of [
      /^ {2}at the same time +8 subjects, at most 8 connections to one address$/m,
      /^ {2}connections a second +at most 2\.5$/m,
      /^ {2}time +3 s for a connection or query, 36 s for a look/m,
      /^ {4}TLSv1\.0 ClientHello/m,
      /^ {4}tls:\/\/192\.0\.2\.7:8443: at most [\d,]+ connections$/m,
      /^ {2}tls\.versions: at most [\d,]+ connections$/m,
    ])
      expect(stdout).toMatch(line);
  });

  test('tells each query of a database once, verbatim, and as whom it logs in', async () => {
    const { stdout } = await assay(['plan', 'postgres://auditor@192.0.2.7/ledger?sslmode=require']);
    const query = /^ {4}from pg_catalog\.pg_hba_file_rules r$/gm;
    expect(stdout.match(query)).toHaveLength(2);
    expect(stdout).toContain('application_name assay/<run id>');
    expect(stdout).toContain(
      'as auditor, to database ledger, TLS unverified, password from PGPASSFILE, if it is asked for',
    );
    expect(stdout).toContain('1 a look for each further database that the role may enter');
  });

  test('adds up what it says', async () => {
    const plan = await planned(['tls://192.0.2.0/30', '--ports', '443,8443']);
    expect(plan.subjects).toHaveLength(8);
    const look = plan.kinds['tls-endpoint'];
    const [{ connections = 0 } = {}] = plan.subjects;
    expect(connections).toBe((look?.connections ?? 0) * plan.limits.looks);
    expect(plan.connections).toBe(8 * connections);
    expect(plan.limits).toMatchObject({
      subjectsAtOnce: 8,
      connectionsPerHostAtOnce: 8,
      connectionsPerSecond: null,
    });
  });

  test('of many subjects warns of nothing', async () => {
    const warnings: string[] = [];
    const note = ({ name }: Error): void => void warnings.push(name);
    process.on('warning', note);
    try {
      const targets = Array.from({ length: 40 }, (_, n) => `tls://192.0.2.${n}`);
      expect((await planned(targets)).subjects).toHaveLength(40);
      await new Promise((resolve) => setTimeout(resolve, 10));
    } finally {
      process.off('warning', note);
    }
    expect(warnings).toEqual([]);
  });

  test('counts the paths that are declared, and what MySQL forgives', async () => {
    const folder = temporaryFolder();
    writeFileSync(
      join(folder, 'assay.yaml'),
      'targets:\n  - { id: one, url: "https://192.0.2.7" }\n  - { id: three, url: "https://192.0.2.8", paths: [/a, /b, /c] }\n  - { id: db, url: "starttls+mysql://192.0.2.9" }\n',
    );
    const { subjects, kinds } = await planned([], { cwd: folder });
    const bound = (id: string) => subjects.find((subject) => subject.id === id)?.connections;
    expect([bound('one~http'), bound('three~http'), bound('db')]).toEqual([2 * 6, 2 * 18, 2 * 80]);
    expect(kinds['http-api']?.connections).toBe(18);
  });

  test('names the proxy of each subject, and the resolver of a zone', async () => {
    const argv = ['https://192.0.2.7', '--proxy', 'http://proxy.example:3128'];
    const { stdout } = await assay(['plan', ...argv]);
    expect(stdout.match(/, via http:\/\/proxy\.example:3128$/gm)).toHaveLength(2);
    expect((await planned(argv)).subjects.map(({ via }) => via)).toEqual([
      'http://proxy.example:3128',
      'http://proxy.example:3128',
    ]);
    const zone = await planned(['dns://127.0.0.1:9/pay.example']);
    expect(zone.subjects[0]).toMatchObject({ resolver: '127.0.0.1:9' });
    expect((await assay(['plan', 'dns://127.0.0.1:9/pay.example'])).stdout).toMatch(
      /, asked of the resolver 127\.0\.0\.1:9$/m,
    );
  });

  test('says what is said before TLS, and nothing of it where TLS begins at once', async () => {
    const [mail, web] = await Promise.all(
      ['starttls+smtp://192.0.2.7', 'tls://192.0.2.7'].map((url) => assay(['plan', url])),
    );
    expect(mail?.stdout).toContain(
      'starttls+smtp, on every connection before TLS: EHLO assay.invalid, STARTTLS',
    );
    expect(mail?.stdout).toContain('tls.upgrades: at most 1 connection');
    expect(mail?.stdout).toMatch(/^ +smtp: assay\.invalid in its greeting$/m);
    expect(web?.stdout).not.toMatch(/tls\.upgrades|EHLO/);
    expect(web?.stdout).toMatch(/^ {2}usually +about 30 to 60 connections/m);
  });

  test('says by what name a strange hello asks', async () => {
    const { stdout } = await assay(['plan', 'tls://192.0.2.7', '--control', 'tls.vuln.named-attacks']);
    expect(stdout).toMatch(/^ +tls\.attacks: the name assay\.invalid and the protocol assay, in one hello$/m);
  });

  test('asks only for what the selected controls need', async () => {
    const plan = await planned(['https://192.0.2.7', '--control', 'tls.protocol.tls12-or-later-offered']);
    expect(plan.kinds['tls-endpoint']?.facts.map(({ fact }) => fact)).toEqual(['tls.versions']);
  });

  test('leaves names as they are where it is told to', async () => {
    const plan = await planned(['tls://no-such-name.invalid', '--no-resolve']);
    expect(plan.subjects).toEqual([expect.objectContaining({ host: 'no-such-name.invalid', port: 443 })]);
    expect(plan.subjects[0]).not.toHaveProperty('address');
    expect(plan.subjects[0]).not.toHaveProperty('unresolved');
  });

  test('never shows a command’s arguments', async () => {
    const folder = temporaryFolder();
    const config = `targets:\n  - id: db\n    url: postgres://192.0.2.7/x\n    credentials: { user: me, password: "exec:vault read canary" }\n`;
    writeFileSync(join(folder, 'assay.yaml'), config);
    const { stdout } = await assay(['plan'], { cwd: folder });
    expect(stdout).toContain('password from exec:vault');
    expect(stdout).not.toContain('canary');
    expect(JSON.stringify(await planned([], { cwd: folder }))).not.toContain('canary');
  });
});

describe('a list of targets', () => {
  test('comes from a file or from stdin, and joins those of the command line', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'fleet.txt'), '# ours\n192.0.2.0/31 443\n192.0.2.9:8443\n');
    const all = ['tls://192.0.2.0:443', 'tls://192.0.2.1:443', 'tls://192.0.2.9:8443'];
    const locators = ({ subjects }: ScanPlan) => subjects.map(({ locator }) => locator);
    expect(locators(await planned(['--targets', 'fleet.txt'], { cwd: folder }))).toEqual(all);
    expect(locators(await planned(['--targets', '-'], { stdin: '192.0.2.1' }))).toEqual([all[1]]);
    expect(locators(await planned(['tls://192.0.2.77', '--targets', 'fleet.txt'], { cwd: folder }))).toEqual([
      'tls://192.0.2.77:443',
      ...all,
    ]);
  });

  test('keeps what assay.yaml says of the same system', async () => {
    const folder = temporaryFolder();
    const config = 'targets:\n  - { id: pay, url: "tls://192.0.2.7:443", tags: [cde] }\n';
    writeFileSync(join(folder, 'assay.yaml'), config);
    const options = { cwd: folder, stdin: '192.0.2.7\n192.0.2.8\n' };
    expect((await planned(['--targets', '-'], options)).subjects[0]?.id).toBe('pay');
    expect((await planned(['--targets', '-', '--tag', 'cde'], options)).subjects).toHaveLength(1);
  });

  test.each<[string, string, string]>([
    [
      '192.0.2.1:443\n192.0.2.0/30',
      'stdin:2:1 expected each target once, got tls://192.0.2.1:443 twice (first at stdin:1:1)',
      'ERR_TARGET',
    ],
    ['a.example\n b.example 99999', 'stdin:2:12 expected ports from 1 to 65535', 'ERR_TARGET'],
    ['postgres://u:canary@db/x', 'stdin:1:1 expected a target URL without a password', 'ERR_LITERAL_SECRET'],
    ['\n', 'stdin:1:1 expected a target, got none', 'ERR_TARGET'],
  ])('%j is refused where it is wrong', async (stdin, message, code) => {
    const { exitCode, stdout, stderr } = await assay(['plan', '--targets', '-'], { stdin });
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(stderr).toContain(code);
    expect(stderr).not.toContain('canary');
  });

  test.each([
    [['--targets', 'missing.txt'], 'expected a list of targets at missing.txt, got ENOENT'],
    [['--ports', '443'], 'expected a target URL beside --ports, got none'],
    [['https://192.0.2.1', '--ports', '443,0'], 'expected ports from 1 to 65535'],
    [['https://192.0.2.1', '--max-rate', '0'], 'expected a number from 0.1 to 10000'],
    [['--targets', '-', '--address', '192.0.2.1'], 'expected a target URL beside --address, got none'],
    [['tls://192.0.2.1/28'], 'got an address inside of 192.0.2.0/28'],
    [
      ['https://a.example', 'tls://a.example'],
      'Name it once, as https: that includes all that tls looks at.',
    ],
  ])('%j is refused', async (argv, message) => {
    const { exitCode, stderr } = await assay(['plan', ...argv], { stdin: 'a.example' });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });
});
