import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assay, lastLine } from '../cli/terminal.ts';
import { codesOf, type Site, scan, startSite } from './scanning.ts';

let site: Site;
let hardened: string;
let weak: string;
beforeAll(async () => {
  site = await startSite();
  hardened = `tls://127.0.0.1:${site.hardened}`;
  weak = `tls://127.0.0.1:${site.weak}`;
});
afterAll(() => site.stop());

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const versions = ['--control', 'tls.protocol'];

async function idsOf(options: readonly string[]): Promise<readonly string[]> {
  return (await scan(site, [hardened, '--ca', 'ca.pem', ...options])).findings.map(
    ({ controlId }) => controlId,
  );
}

describe('which controls', () => {
  test('--control: ids, beginnings of ids, several', async () => {
    expect(await idsOf(['--control', 'tls.protocol.tls13-offered'])).toEqual(['tls.protocol.tls13-offered']);
    const protocol = await idsOf(['--control', 'tls.protocol']);
    expect(protocol.length).toBeGreaterThan(2);
    expect(protocol.every((id) => id.startsWith('tls.protocol.'))).toBe(true);
    const certificates = await idsOf(['--control', 'tls.cert']);
    expect(certificates).toContain('tls.cert.key-strength');
    const both = await idsOf(['--control', 'tls.protocol,tls.cert', '--control', 'tls.cert.key-strength']);
    expect([...both].sort()).toEqual([...protocol, ...certificates].sort());
  });

  test('--severity and --framework narrow', async () => {
    const critical = await idsOf(['--severity', 'critical']);
    expect(critical.length).toBeGreaterThan(1);
    expect(critical.length).toBeLessThan((await idsOf([])).length);
    const { assessment } = await scan(site, [hardened, '--ca', 'ca.pem', '--framework', 'hipaa']);
    expect(assessment.audits.map(({ audit }) => audit.framework)).toEqual(['hipaa']);
    expect(assessment.controls.length).toBeGreaterThan(1);
  });

  test('a kind that no target is of is named as without subject', async () => {
    const { assessment, exitCode } = await scan(site, [hardened, '--ca', 'ca.pem']);
    expect(assessment.noSubject.length).toBeGreaterThan(1);
    expect(new Set(assessment.noSubject.map(({ kind }) => kind))).toEqual(
      new Set(['data-store', 'http-api', 'dns-zone', 'log-store', 'organisation', 'postgres-server']),
    );
    expect(assessment.noSubject.some(({ inAudit }) => inAudit)).toBe(false);
    expect(exitCode).toBe(0);
  });
});

describe('which addresses', () => {
  test('a name with several given addresses is several subjects', async () => {
    const url = `tls://localhost:${site.hardened}`;
    const { subjects, exitCode, stdout } = await scan(site, [
      url,
      '--address',
      '127.0.0.1',
      '--address',
      '127.0.0.2',
      '--ca',
      'ca.pem',
      '--timeout',
      '1s',
    ]);
    const [first, second] = subjects.map(({ subject }) => subject);
    expect(first?.id).toMatch(/^tls-endpoint-[0-9a-f]{16}~127\.0\.0\.1$/);
    expect(second?.id).toBe(first?.id.replace(/1$/, '2'));
    expect(subjects.map(codesOf)).toEqual([[], ['ERR_UNREACHABLE']]);
    expect(exitCode).toBe(4);
    expect(stdout).toContain(`tls://localhost:${site.hardened}  127.0.0.2  `);
  });

  test('one given address is the target itself, checked under its name', async () => {
    const url = `tls://wrong.example:${site.hardened}`;
    const { subjects, findings } = await scan(site, [url, '--address', '127.0.0.1', '--ca', 'ca.pem']);
    expect(subjects.map(({ subject }) => [subject.id, subject.address])).toEqual([
      [expect.stringMatching(/^tls-endpoint-[0-9a-f]{16}$/), '127.0.0.1'],
    ]);
    const failed = findings
      .filter(({ reason, controlId }) => reason === 'fail' && controlId.startsWith('tls.cert.'))
      .map(({ controlId }) => controlId);
    expect(failed).toEqual(['tls.cert.hostname-matches']);
  });

  test('an IPv6 address in brackets', async () => {
    const hasIpv6 = Object.values(networkInterfaces())
      .flat()
      .some((one) => one?.address === '::1');
    const serve = (socket: { end(text: string): unknown }) => void socket.end('HTTP/1.1 400\r\n\r\n');
    const port = hasIpv6 ? (await site.fake(serve, '::1')).port : 1;
    const { subjects, stdout } = await scan(site, [`tls://[::1]:${port}`, ...versions, '--timeout', '1s'], {
      columns: 300,
    });
    expect(subjects.map(({ subject }) => subject.address)).toEqual(['::1']);
    expect(subjects.map(codesOf)).toEqual([[hasIpv6 ? 'ERR_NOT_TLS' : 'ERR_UNREACHABLE']]);
    expect(stdout).toContain(`tls://[::1]:${port}  ::1  `);
  });
});

describe('the configuration file', () => {
  const yaml = `system: Card Payments (EU)
environment: prod
audits:
  - framework: pci-dss-4.0.1
    role: merchant
    boundary: { tags: [cde] }
targets:
  - { id: pay, url: "HARDENED", tags: [cde], ca: roots/ca.pem }
  - { id: old, url: "WEAK", tags: [office] }
outOfScope:
  - { what: the museum, why: nothing there holds data }
params:
  targets:
    old:
      tls.protocol.tls10-tls11-refused:
        refused: { value: [TLSv1.1], reason: the till of 1999 }
`;

  async function inFolder(name: string): Promise<string> {
    const folder = join(site.folder, name);
    mkdirSync(join(folder, 'roots'), { recursive: true });
    cpSync(join(site.folder, 'ca.pem'), join(folder, 'roots/ca.pem'));
    const written = yaml.replace('HARDENED', hardened).replace('WEAK', weak);
    const text = written.replace('outOfScope:', 'out-of-scope:');
    writeFileSync(join(folder, 'assay.yaml'), text);
    return folder;
  }

  test('is the scope: systems, tags, parameters with their origin, and the name of the bundle', async () => {
    const cwd = await inFolder('configured');
    const { exitCode, stderr } = await assay(['scan', '--fail-on', 'none'], { cwd });
    const [bundle = ''] = readdirSync(cwd).filter((name) => name.startsWith('assay-'));
    expect(stderr).toMatch(/^looked at (pay|old): .*\nlooked at (pay|old): /);
    expect(bundle).toMatch(/^assay-card-payments-eu-\d{8}T\d{6}Z$/);
    expect(statSync(join(cwd, bundle)).mode & 0o777).toBe(0o700);
    const data = (path: string) => readFileSync(join(cwd, bundle, 'data', path), 'utf8');
    const assessment = JSON.parse(data('assessment.json'));
    expect(assessment.scope).toMatchObject({ inventory: 'configuration', environment: 'prod' });
    expect(assessment.scope.outOfScope).toHaveLength(1);
    expect(assessment.scope.audits).toMatchObject([
      { framework: 'pci-dss-4.0.1', role: 'merchant', boundaryTags: ['cde'], declared: true },
    ]);
    const findings = data('findings.ndjson')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const params = findings
      .filter(({ controlId }) => controlId === 'tls.protocol.tls10-tls11-refused')
      .map(({ subjectId, params: { refused } }) => [subjectId, refused.value, refused.origin]);
    expect(params).toEqual([
      ['old', ['TLSv1.1'], 'target'],
      ['pay', ['TLSv1.0', 'TLSv1.1'], 'control'],
    ]);
    expect(exitCode).toBe(4);
    expect((await assay(['verify', bundle], { cwd })).exitCode).toBe(0);
  });

  test('--tag narrows it, and a tag nobody carries is a mistake', async () => {
    const cwd = await inFolder('tagged');
    const scanned = await scan(site, ['--tag', 'office', ...versions], { cwd });
    const { subjects, exitCode, assessment, bundle } = scanned;
    expect(subjects.map(({ subject }) => subject.id)).toEqual(['old']);
    expect(exitCode).toBe(3);
    expect(assessment.scope.targets.map(({ id }) => id)).toEqual(['old']);
    expect(assessment.scope.leftOut).toEqual([{ id: 'pay', locator: hardened, tags: ['cde'] }]);
    expect(scanned.stdout).toContain('1 of 2 declared targets was not selected (--tag office)');
    expect((await assay(['verify', bundle], { cwd })).exitCode).toBe(0);
    const all = await scan(site, ['--tag', 'office', '--tag', 'cde', ...versions], { cwd });
    expect(Object.keys(all.assessment.scope)).not.toContain('leftOut');
    const { exitCode: wrong, stderr } = await assay(['scan', '--tag', 'ofice'], { cwd });
    expect(wrong).toBe(2);
    expect(stderr).toContain('did you mean "office"?');
  });

  test('URLs take its place, but keep what it says of them', async () => {
    const cwd = await inFolder('named');
    const { subjects, exitCode, assessment } = await scan(site, [hardened], { cwd });
    expect(subjects.map(({ subject }) => [subject.id, subject.tags])).toEqual([['pay', ['cde']]]);
    expect(exitCode).toBe(0);
    expect(assessment.scope.inventory).toBe('command-line');
  });

  test('without it, the default name says adhoc', async () => {
    const cwd = join(site.folder, 'adhoc');
    mkdirSync(cwd);
    await assay(['scan', hardened, ...versions, '--quiet'], { cwd });
    expect(readdirSync(cwd)).toEqual([expect.stringMatching(/^assay-adhoc-\d{8}T\d{6}Z$/)]);
  });

  test('a key that is no PEM, a misspelt control and a wrong type are told with their place', async () => {
    const cwd = await inFolder('mistaken');
    const file = join(cwd, 'assay.yaml');
    const text = readFileSync(file, 'utf8');
    const change = (from: string, to: string) => writeFileSync(file, text.replace(from, to));
    change('tls10-tls11-refused', 'tls10-refused');
    expect((await assay(['scan'], { cwd })).stderr).toMatch(
      /assay\.yaml:\d+:7 expected the id of a control, got .*; did you mean/,
    );
    change('[TLSv1.1]', 'true');
    expect((await assay(['scan'], { cwd })).stderr).toMatch(
      /assay\.yaml:\d+:\d+ expected a value of type list<string>/,
    );
    change('roots/ca.pem', 'roots/none.pem');
    const { exitCode, stderr } = await assay(['scan'], { cwd });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/mistaken\/roots\/none\.pem[\s\S]*ERR_CA_FILE/);
  });
});

describe('what is printed', () => {
  test('--json: the assessment and nothing else on stdout', async () => {
    const { stdout, stderr, bundle, exitCode } = await scan(site, [weak, ...versions, '--json']);
    expect(stdout).toBe(readFileSync(join(bundle, 'data/assessment.json'), 'utf8'));
    expect(stderr).toMatch(/^looked at .*\nbundle: .*\nexit code 3: .*\n$/);
    expect(exitCode).toBe(3);
    const quiet = await scan(site, [hardened, '--ca', 'ca.pem', '--json', '--quiet']);
    expect([JSON.parse(quiet.stdout).outcome.exitCode, quiet.stderr]).toEqual([0, '']);
  });

  test('--quiet: nothing, unless the exit code is not 0', async () => {
    const clean = await scan(site, [hardened, '--ca', 'ca.pem', '--quiet']);
    expect([clean.exitCode, clean.stdout, clean.stderr]).toEqual([0, '', '']);
    const { exitCode, stdout, stderr, bundle } = await scan(site, [weak, '--quiet']);
    expect([exitCode, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(new RegExp(`^bundle: ${bundle}\nexit code 3: .*\n$`));
  });

  const escapeSequence = '\u001b[';
  test.each([
    ['a pipe', {}, false],
    ['a pipe in CI', { env: { CI: '1' } }, false],
    ['a terminal', { isTTY: true }, true],
    ['a terminal that wants no colour', { isTTY: true, env: { NO_COLOR: '1' } }, false],
    ['a dumb terminal', { isTTY: true, env: { TERM: 'dumb' } }, false],
  ])('to %s: colour %o', async (_, options, coloured) => {
    const { stdout, stderr } = await scan(site, [weak, ...versions], options);
    expect(stdout.includes(escapeSequence)).toBe(coloured);
    if (!('isTTY' in options)) expect(stderr).not.toContain(escapeSequence);
  });

  test.each([1, 40, 80, 200])('of %i columns', async (columns) => {
    const { stdout } = await scan(site, [weak], { columns });
    const width = Math.max(columns, 40);
    const cut = stdout
      .split('\n')
      .filter((line) => !/^(bundle|next|report|and|exit code|\d+ with)/.test(line));
    for (const line of cut) expect(line.length).toBeLessThanOrEqual(width);
    expect(lastLine(stdout)).toMatch(/^exit code 3: /);
    expect(stdout.trimEnd().split('\n').length).toBeLessThanOrEqual(25);
  });
});

describe('a bundle that was signed', () => {
  test('verifies with the key that signed it, and with no other', async () => {
    const cwd = site.folder;
    for (const name of ['signer', 'stranger']) await assay(['keys', 'new', '--out', `${name}.pem`], { cwd });
    const { bundle, stdout, exitCode } = await scan(site, [
      hardened,
      '--ca',
      'ca.pem',
      '--key',
      'signer.pem',
    ]);
    const [, keyId = ''] = /DRAFT, signed by ([\w-]{43})$/m.exec(stdout) ?? [];
    expect(exitCode).toBe(0);
    expect((await assay(['keys', 'show', 'signer.pub.pem'], { cwd })).stdout).toContain(keyId);
    const verify = (...more: readonly string[]) => assay(['verify', bundle, ...more], { cwd });
    const trusted = await verify('--trust', 'stranger.pub.pem', '--trust', 'signer.pub.pem');
    expect([trusted.exitCode, trusted.stdout]).toEqual([
      0,
      expect.stringContaining(`signed by ${keyId}, which you trust`),
    ]);
    const other = await verify('--trust', 'stranger.pub.pem');
    expect([other.exitCode, other.stdout]).toEqual([5, '']);
    expect(other.stderr).toMatch(/ERR_VERIFY_UNKNOWN_KEY/);
    expect((await verify()).stdout).toContain('origin not checked (signed by');
    expect(JSON.parse((await verify('--json', '--integrity-only')).stdout)).toMatchObject({
      origin: 'signed-untrusted',
      keyId,
    });
    const unsigned = await scan(site, [hardened, ...versions]);
    const wanting = await assay(['verify', unsigned.bundle, '--trust', 'signer.pub.pem'], { cwd });
    expect([wanting.exitCode, wanting.stderr]).toEqual([5, expect.stringMatching(/ERR_VERIFY_UNSIGNED/)]);
  });
});

describe('from the middle', () => {
  test('evaluate and report give the same bytes twice, and those recorded', async () => {
    const scanned = await scan(site, [weak, '--ca', 'ca.pem', '--format', 'json,html,pdf']);
    const { bundle } = scanned;
    expect(scanned.stderr).toMatch(/^looked at .*\n$/);
    const files = ['json', 'html', 'pdf'].map((format) => `${bundle}.${format}`);
    const before = files.map((file) => readFileSync(file, 'latin1'));
    for (const file of files) expect(statSync(file).mode & 0o777).toBe(0o600);
    for (const format of ['json,html,pdf', 'text,pdf']) {
      const { exitCode, stdout, stderr } = await assay(['report', bundle, '--format', format]);
      expect([exitCode, stderr]).toEqual([0, '']);
      expect(stdout).toContain(`${bundle}.pdf\n`);
      expect(files.map((file) => readFileSync(file, 'latin1'))).toEqual(before);
    }
    const texts = [await assay(['report', bundle]), await assay(['report', bundle])];
    expect(texts[0]).toEqual(texts[1]);
    expect(texts[0]?.stdout.match(/^(critical|high|medium|low) {2}/gm)).toHaveLength(
      scanned.assessment.counts.fail,
    );
    const judged = [await assay(['evaluate', bundle]), await assay(['evaluate', bundle])];
    expect(judged[0]).toEqual(judged[1]);
    expect(judged[0]).toMatchObject({ exitCode: 3, stderr: 'judged again: the same as recorded\n' });
    const json = await assay(['evaluate', bundle, '--json']);
    expect(json.stdout).toBe(readFileSync(join(bundle, 'data/assessment.json'), 'utf8'));
  });

  test('evaluate says where it differs from a record that was forged as a whole', async () => {
    const { bundle } = await scan(site, [weak, ...versions]);
    forge(bundle, 'data/findings.ndjson', (text) => text.replace('"reason":"fail"', '"reason":"pass"'));
    const forgedFinding = await assay(['evaluate', bundle]);
    expect([forgedFinding.exitCode, forgedFinding.stderr]).toEqual([
      3,
      'judged again: NOT the same as recorded\n',
    ]);
    expect((await assay(['verify', bundle])).stderr).toMatch(/ERR_VERIFY_VERDICT/);
    const second = await scan(site, [weak, ...versions]);
    forge(second.bundle, 'data/assessment.json', (text) => text.replace('"exitCode": 3', '"exitCode": 0'));
    const forgedOutcome = await assay(['evaluate', second.bundle]);
    expect([forgedOutcome.exitCode, forgedOutcome.stderr]).toEqual([
      3,
      'judged again: NOT the same as recorded\n',
    ]);
  });

  /** Changes a file, by no byte in length, and every hash that names it. */
  function forge(bundle: string, path: string, change: (text: string) => string): void {
    const rewrite = (name: string, edit: (text: string) => string): readonly [string, string] => {
      const before = readFileSync(join(bundle, name), 'utf8');
      const after = edit(before);
      expect(after).not.toBe(before);
      expect(after.length).toBe(before.length);
      writeFileSync(join(bundle, name), after);
      return [sha256(before), sha256(after)];
    };
    const [before, after] = rewrite(path, change);
    const [manifestBefore, manifestAfter] = rewrite('manifest-sha256.txt', (text) =>
      text.replace(before, after),
    );
    rewrite('tagmanifest-sha256.txt', (text) => text.replace(manifestBefore, manifestAfter));
  }

  test('neither reads a bundle that was changed', async () => {
    const { bundle } = await scan(site, [weak, ...versions]);
    const file = join(bundle, 'data/findings.ndjson');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"fail"', '"pass"'));
    for (const command of [
      ['report'],
      ['report', '--format', 'pdf'],
      ['verify'],
      ['verify', '--integrity-only'],
    ]) {
      const [name = '', ...more] = command;
      const { exitCode, stderr, stdout } = await assay([name, bundle, ...more]);
      expect([exitCode, stdout]).toEqual([5, '']);
      expect(stderr).toMatch(/findings\.ndjson[\s\S]*ERR_VERIFY_ALTERED/);
    }
    expect(readdirSync(site.folder).filter((name) => name.includes('.pdf') && name.includes(bundle))).toEqual(
      [],
    );
  });
});
