import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assay, removeFolders, temporaryFolder } from './terminal.ts';

let cwd: string;
let env: Readonly<Record<string, string>>;
beforeAll(() => {
  cwd = temporaryFolder();
  env = { XDG_CONFIG_HOME: join(cwd, 'config') };
});
afterAll(removeFolders);

const run = (...argv: readonly string[]) => assay(['keys', ...argv], { cwd, env });
const fingerprintIn = (text: string): string => /^fingerprint {2}([\w-]{43})$/m.exec(text)?.[1] ?? '';

describe('keys new', () => {
  test('makes a pair below XDG_CONFIG_HOME that only its owner can read', async () => {
    const { exitCode, stdout, stderr } = await run('new');
    const file = join(cwd, 'config/assay/keys/default.pem');
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`private key  ${file}\npublic key   ${file.replace('.pem', '.pub.pem')}\n`);
    expect(fingerprintIn(stdout)).not.toBe('');
    expect(stderr).toMatch(/public key by another way/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(cwd, 'config/assay/keys')).mode & 0o777).toBe(0o700);
    expect(stdout + stderr).not.toContain('PRIVATE');
  });

  test('never overwrites', async () => {
    await run('new', 'once');
    const file = join(cwd, 'config/assay/keys/once.pem');
    const before = readFileSync(file, 'utf8');
    const { exitCode, stdout, stderr } = await run('new', 'once');
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/once\.pem: expected no file of that name[\s\S]*never overwritten/);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  test('writes where it is told', async () => {
    expect((await run('new', '--out', 'here.pem')).stdout).toContain(
      `private key  ${join(cwd, 'here.pem')}\n`,
    );
    expect(statSync(join(cwd, 'here.pem')).mode & 0o777).toBe(0o600);
  });

  test.each(['../up', 'a/b', '', '.hidden', `${'x'.repeat(64)}`])('refuses the name %j', async (name) => {
    const { exitCode, stderr } = await run('new', name);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/ERR_KEY/);
  });
});

describe('keys show', () => {
  test('names the same key by name, private file and public file, and shows its public half only', async () => {
    const { stdout } = await run('new', 'shown');
    const file = join('config/assay/keys/shown.pem');
    for (const name of ['shown', file, file.replace('.pem', '.pub.pem')]) {
      const shown = await run('show', name);
      expect(shown.exitCode).toBe(0);
      expect(fingerprintIn(shown.stdout)).toBe(fingerprintIn(stdout));
      expect(shown.stdout).toContain('-----BEGIN PUBLIC KEY-----');
      expect(shown.stdout).not.toContain('PRIVATE');
    }
  });

  test('says what is wrong with a file', async () => {
    writeFileSync(join(cwd, 'text.pem'), 'canary', { mode: 0o600 });
    mkdirSync(join(cwd, 'folder.pem'));
    for (const [name, words] of [
      ['missing', /missing\.pem: expected a readable key file, got ENOENT/],
      ['text.pem', /text\.pem: expected an EC P-256 .* key in PEM or as a JWK, got something else/],
      ['folder.pem', /folder\.pem: expected a readable key file, got EISDIR/],
    ] as const) {
      const { exitCode, stdout, stderr } = await run('show', name);
      expect([exitCode, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(words);
      expect(stderr).not.toContain('canary');
    }
  });

  test('a private key that others can read is not signed with', async () => {
    await run('new', '--out', 'open.pem');
    chmodSync(join(cwd, 'open.pem'), 0o640);
    const { exitCode, stderr } = await assay(['scan', 'https://192.0.2.1', '--key', 'open.pem'], {
      cwd,
      env,
    });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/only its owner can read, got mode 0640\n {2}fix: Run: chmod 600 .*open\.pem/);
  });
});
