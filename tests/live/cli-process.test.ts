import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assay, lastLine, temporaryFolder } from '../cli/terminal.ts';
import { install, ordinaryAccount, type Running, run } from './installed.ts';
import { cleanLine, type Fake, type Site, startSite } from './scanning.ts';

let site: Site;
let root: string;
let bin: string;
let cwd: string;
let hardened: readonly string[];
beforeAll(async () => {
  site = await startSite();
  cwd = site.folder;
  root = await install(temporaryFolder());
  bin = join(root, 'bin/assay.js');
  hardened = ['scan', `tls://127.0.0.1:${site.hardened}`, '--ca', 'ca.pem'];
}, 120_000);
afterAll(() => site.stop());

const start = (...argv: readonly string[]): Running => run(process.execPath, [bin, ...argv], { cwd });
/** In a shell, for what it can do to a process. `"$@"` is the command line. */
const inShell = (script: string, ...argv: readonly string[]) =>
  run('/bin/sh', ['-c', script, 'sh', process.execPath, bin, ...argv], { cwd }).ended;

describe('starting', () => {
  test('--version loads nothing but what says it', async () => {
    const hooks = `import { writeSync } from 'node:fs';
      export async function load(url, context, next) { writeSync(2, url + '\\n'); return next(url, context); }`;
    const hook = join(cwd, 'hooks.mjs');
    writeFileSync(hook, hooks);
    const register = `data:text/javascript,import { register } from 'node:module'; register(${JSON.stringify(`file://${hook}`)});`;
    const { exitCode, stdout, stderr } = await run(
      process.execPath,
      ['--import', register, bin, '--version'],
      { cwd },
    ).ended;
    expect([exitCode, stdout]).toEqual([0, '0.1.0\n']);
    const files = stderr.split('\n').flatMap((url) => /^file:.*\/package\/(.*)$/.exec(url)?.[1] ?? []);
    expect(files.sort()).toEqual(['bin/assay.js', 'dist/bin/main.js', 'dist/bin/package-files.js']);
    expect(stderr).not.toContain('node_modules');
  });

  test('an installed bin runs through npx, from another folder', async () => {
    const consumer = join(cwd, 'consumer');
    mkdirSync(join(consumer, 'node_modules/.bin'), { recursive: true });
    symlinkSync(root, join(consumer, 'node_modules/assay'));
    symlinkSync('../assay/bin/assay.js', join(consumer, 'node_modules/.bin/assay'));
    writeFileSync(join(consumer, 'package.json'), '{"name":"consumer","version":"1.0.0"}');
    const env = {
      HOME: consumer,
      npm_config_cache: join(consumer, '.npm'),
      npm_config_update_notifier: 'false',
    };
    const npx = (...argv: readonly string[]) =>
      run('npx', ['--no', '--offline', 'assay', ...argv], { cwd: consumer, env }).ended;
    expect(await npx('--version')).toMatchObject({ exitCode: 0, stdout: '0.1.0\n' });
    expect(await npx('controls', 'lint')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^\d+ controls, no mistakes\n$/),
    });
    expect((await npx('scan', 'ftp://h')).exitCode).toBe(2);
  });

  test('by a user without rights, in a folder of everybody', async () => {
    const open = join(cwd, 'open');
    mkdirSync(open);
    chmodSync(open, 0o777);
    chmodSync(cwd, 0o755);
    cpSync(join(cwd, 'ca.pem'), join(open, 'ca.pem'));
    const account = ordinaryAccount();
    const { exitCode, stdout } = await run(
      process.execPath,
      [bin, ...hardened, '--out', 'bundle', '--format', 'pdf'],
      {
        cwd: open,
        account,
        env: { HOME: '/nonexistent' },
      },
    ).ended;
    expect([exitCode, lastLine(stdout)]).toEqual([0, cleanLine]);
    for (const name of ['bundle', 'bundle.pdf']) {
      const { mode, uid } = statSync(join(open, name));
      expect([name, mode & 0o777, uid]).toEqual([
        name,
        name === 'bundle' ? 0o700 : 0o600,
        account?.uid ?? process.getuid?.(),
      ]);
    }
    const recorded = JSON.parse(readFileSync(join(open, 'bundle/data/run.json'), 'utf8'));
    if (account) expect(recorded.operator.root).toBe(false);
    expect((await assay(['verify', join(open, 'bundle')])).exitCode).toBe(0);
  });
});

describe('a mistake in a control of the package', () => {
  test('is told with its place before anything is looked at', async () => {
    const copy = join(cwd, 'copy');
    cpSync(root, copy, { recursive: true, verbatimSymlinks: true });
    const file = join(copy, 'controls/tls/tls.protocol.tls13-offered.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('tls.versions[v]', 'tls.versoins[v]'));
    const fake = await site.fake((socket) => void socket.end());
    const argv = [join(copy, 'bin/assay.js'), 'scan', `tls://127.0.0.1:${fake.port}`];
    const { exitCode, stdout, stderr } = await run(process.execPath, argv, { cwd }).ended;
    expect([exitCode, stdout, fake.connections()]).toEqual([2, '', 0]);
    expect(stderr).toMatch(
      /^assay: controls\/tls\/tls\.protocol\.tls13-offered\.yaml:\d+:\d+ expected .*versoins/,
    );
    expect(lastLine(stderr)).toMatch(/^exit code 2: .*ERR_CONTROL/);
  });
});

test('many targets are a line each, and nothing else on stderr', async () => {
  const ids = Array.from({ length: 40 }, (_, index) => `t${index + 1}`);
  const targets = ids.map((id, index) => `  - { id: ${id}, url: "tls://127.0.0.${index + 1}:1" }\n`);
  writeFileSync(join(cwd, 'many.yaml'), `targets:\n${targets.join('')}`);
  const { exitCode, stdout, stderr } = await start('scan', '--config', 'many.yaml', '--concurrency', '40')
    .ended;
  expect(exitCode).toBe(4);
  expect(stdout).toMatch(/^40 targets, 40 systems: 0 tested, 40 not reached, /);
  const lines = stderr.trimEnd().split('\n');
  expect(lines.map((line) => /^looked at (t\d+): 0 facts seen/.exec(line)?.[1]).sort()).toEqual(ids.sort());
});

describe('a scan that is stopped', () => {
  /** A scan of a server that says nothing, once it is at it. */
  async function waiting(out: string): Promise<Running> {
    const silent = await site.fake(() => undefined);
    const running = start('scan', `tls://127.0.0.1:${silent.port}`, '--timeout', '60s', '--out', out);
    await connected(silent, running);
    return running;
  }

  async function connected(fake: Fake, { child }: Running): Promise<void> {
    while (fake.connections() === 0 && child.exitCode === null) await wait(20);
  }

  /** What design promises: within 5 seconds. */
  async function within5Seconds({ child, ended }: Running) {
    const late = setTimeout(() => child.kill('SIGKILL'), 5_000);
    const result = await ended;
    clearTimeout(late);
    return result;
  }

  test.each([
    ['SIGINT', 130, /^exit code 130: interrupted/],
    ['SIGTERM', 143, /^exit code 143: terminated/],
  ] as const)('by %s seals what was seen and says what was not', async (signal, code, words) => {
    const running = await waiting(signal);
    running.child.kill(signal);
    const { exitCode, stdout, stderr } = await within5Seconds(running);
    expect(exitCode).toBe(code);
    expect(lastLine(stdout)).toMatch(words);
    expect(stdout).toMatch(new RegExp(`stopped by ${signal}`));
    expect(stderr).toMatch(/^stopping: sealing what was seen/);
    const bundle = join(cwd, signal);
    const assessment = JSON.parse(readFileSync(join(bundle, 'data/assessment.json'), 'utf8'));
    expect(assessment).toMatchObject({
      run: { interrupted: signal },
      counts: { pass: 0, fail: 0, error: 0 },
    });
    expect(assessment.counts.unseen).toBeGreaterThan(10);
    expect(stdout).toMatch(new RegExp(`^not tested, not a pass: ${assessment.counts.unseen} tests`, 'm'));
    expect((await assay(['verify', bundle])).exitCode).toBe(0);
    expect((await assay(['evaluate', bundle])).exitCode).toBe(code);
  });

  test('by a second signal ends at once, without a bundle', async () => {
    const running = await waiting('twice');
    running.child.kill('SIGINT');
    running.child.kill('SIGTERM');
    const { exitCode } = await within5Seconds(running);
    expect([130, 143]).toContain(exitCode);
    expect(readdirSync(cwd)).not.toContain('twice');
  });

  test('before it began leaves nothing', async () => {
    const running = start(...hardened, '--out', 'early');
    await once(running.child, 'spawn');
    running.child.kill('SIGINT');
    const { signal, exitCode } = await within5Seconds(running);
    expect(signal === 'SIGINT' || exitCode === 130).toBe(true);
    expect(readdirSync(cwd).filter((name) => name.startsWith('early.'))).toEqual([]);
  });
});

describe('a demonstration that is stopped', () => {
  test('stops what it started, and leaves no secret', async () => {
    const temporary = join(cwd, 'temporary');
    mkdirSync(temporary);
    chmodSync(temporary, 0o755);
    const argv = [bin, 'demo', '--out', 'demo'];
    const { child, ended } = run(process.execPath, argv, { cwd, env: { TMPDIR: temporary } });
    await once(child.stdout!, 'data');
    expect(readdirSync(temporary).length).toBeGreaterThan(0);
    child.kill('SIGTERM');
    const { exitCode, stderr } = await ended;
    expect(exitCode).toBe(143);
    expect(stderr).toMatch(
      /stopped what was started\nexit code 143: the demonstration was stopped by SIGTERM\n$/,
    );
    expect(readdirSync(temporary)).toEqual([]);
    expect(readdirSync(join(cwd, 'demo'))).not.toContain('auditor-password');
  });
});

describe('output that cannot be written', () => {
  test('a bundle larger than files may be: 6, and nothing of it is left', async () => {
    const { exitCode, stderr } = await inShell('ulimit -f 4; exec "$@"', ...hardened, '--out', 'limited');
    expect(exitCode).toBe(6);
    expect(stderr).toMatch(/limited, got EFBIG\n {2}fix: .*ulimit -f.*\nexit code 6: .*ERR_OUTPUT/);
    expect(readdirSync(cwd).filter((name) => name.includes('limited'))).toEqual([]);
  });

  test('a report larger than files may be: 6, the bundle stays, and nothing of the report', async () => {
    expect((await start(...hardened, '--out', 'whole').ended).exitCode).toBe(0);
    const { exitCode, stderr } = await inShell(
      'ulimit -f 16; exec "$@"',
      'report',
      'whole',
      '--format',
      'pdf',
    );
    expect(exitCode).toBe(6);
    expect(stderr).toMatch(/whole\.pdf, got EFBIG/);
    expect(readdirSync(cwd).filter((name) => name.includes('whole'))).toEqual(['whole']);
  });

  test('stdout on a full disk: 6, and the bundle is sealed', async () => {
    const { exitCode, stderr } = await inShell('exec "$@" > /dev/full', ...hardened, '--out', 'unsaid');
    expect(exitCode).toBe(6);
    expect(stderr).toMatch(/standard output, got ENOSPC[\s\S]*exit code 6: .*ERR_OUTPUT/);
    expect((await assay(['verify', join(cwd, 'unsaid')])).exitCode).toBe(0);
  });

  test('stderr on a full disk is nobody told, but a scan all the same', async () => {
    const { exitCode, stdout } = await inShell('exec "$@" 2> /dev/full', ...hardened, '--out', 'unheard');
    expect([exitCode, lastLine(stdout)]).toEqual([0, cleanLine]);
  });

  test('a reader that leaves is no error', async () => {
    const script = '{ "$@"; echo "ended with $?" >&2; } | head -n 1';
    const { stdout, stderr } = await inShell(script, 'frameworks', 'show', 'soc2-2017');
    expect(stdout.split('\n')).toHaveLength(2);
    expect(stderr).toBe('ended with 0\n');
    const scanned = await inShell(script, ...hardened, '--out', 'piped');
    expect(scanned.stderr).toMatch(/^looked at .*\nended with 0\n$/);
  });

  test('no stdout and no stderr', async () => {
    expect((await inShell('exec "$@" >&- 2>&-', ...hardened, '--out', 'closed')).exitCode).toBe(0);
    expect((await assay(['verify', join(cwd, 'closed')])).exitCode).toBe(0);
  });
});
