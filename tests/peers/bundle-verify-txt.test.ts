import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createKey, publicKeyFile, type SigningKey } from '../../src/bundle/keys.ts';
import { predicateType } from '../../src/bundle/statement.ts';
import { filesUnder, temporaryFolder, writeBundle } from '../bundle/fixture.ts';

interface Outcome {
  readonly status: number | null;
  readonly output: string;
}

/** Runs the commands that VERIFY.txt of this bundle gives under one of its numbered headings. */
function follow(folder: string, heading: string, env: Record<string, string> = {}, shell = 'sh'): Outcome {
  const sections = readFileSync(join(folder, 'VERIFY.txt'), 'utf8').split(/\n\n(?=[1-9]\. )/);
  const section = sections.find((one) => one.startsWith(heading)) ?? '';
  const commands = section.split('\n').filter((line) => line.startsWith('    '));
  expect(commands.length).toBeGreaterThan(0);
  const { status, stdout, stderr } = spawnSync(shell, ['-c', commands.join('\n')], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...env },
  });
  return { status, output: stdout + stderr };
}

async function bundle(sign = true): Promise<{ folder: string; keyFile: string; key: SigningKey }> {
  const root = temporaryFolder();
  const keyFile = join(root, 'k.pem');
  const key = await createKey(keyFile);
  await writeBundle(join(root, 'b'), sign ? key : undefined);
  return { folder: join(root, 'b'), keyFile: publicKeyFile(keyFile), key };
}

describe('the hashes, with sha256sum alone', () => {
  test.each([true, false])('hold (signed: %s)', async (sign) => {
    const { folder } = await bundle(sign);
    const { status, output } = follow(folder, '1.');
    expect(status).toBe(0);
    const lines = output.split('\n').filter((line) => line.includes(': '));
    expect(lines).toHaveLength(4 + filesUnder(join(folder, 'data')).length);
    expect(lines.every((line) => line.endsWith(': OK'))).toBe(true);
  });

  test('show what was altered', async () => {
    const { folder } = await bundle();
    appendFileSync(join(folder, 'data/run.json'), ' ');
    expect(follow(folder, '1.').output).toContain('data/run.json: FAILED');
  });

  test('the digest of the control set is that of its lines in the manifest', async () => {
    const { folder } = await bundle();
    const command = "grep ' data/controls/' manifest-sha256.txt | sha256sum | cut -c 1-64";
    const digest = execFileSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8' }).trim();
    expect(JSON.parse(readFileSync(join(folder, 'data/run.json'), 'utf8'))).toMatchObject({
      controlSetSha256: digest,
    });
  });
});

describe('nothing added, with find and diff', () => {
  test('prints nothing', async () => {
    const { folder } = await bundle();
    expect(follow(folder, '2.')).toEqual({ status: 0, output: '' });
  });

  test('prints what was added', async () => {
    const { folder } = await bundle();
    writeFileSync(join(folder, 'data/extra.txt'), '');
    expect(follow(folder, '2.').output).toContain('< data/extra.txt');
  });
});

describe('the signature, with openssl and POSIX tools alone', () => {
  test.each(['sh', 'bash'])('verifies and names the tag manifest and the key (%s)', async (shell) => {
    const { folder, keyFile, key } = await bundle();
    const { output } = follow(folder, '3.', { KEY: keyFile }, shell);
    expect(output).toContain('Verified OK');
    expect(output).toMatch(/"sha256": "[0-9a-f]{64}"/);
    expect(output).toContain(`\n${key.keyId}`);
    expect(readFileSync(join(folder, 'VERIFY.txt'), 'utf8')).toContain(`must print ${key.keyId}`);
    expect(readdirSync(folder).sort()).toEqual([
      'VERIFY.txt',
      'bag-info.txt',
      'bagit.txt',
      'data',
      'manifest-sha256.txt',
      'signatures',
      'tagmanifest-sha256.txt',
    ]);
  });

  test('does not verify with another key', async () => {
    const { folder } = await bundle();
    const other = join(temporaryFolder(), 'other.pem');
    await createKey(other);
    expect(follow(folder, '3.', { KEY: publicKeyFile(other) }).output).toContain('Verification failure');
  });

  test('does not name an altered tag manifest', async () => {
    const { folder, keyFile } = await bundle();
    appendFileSync(join(folder, 'tagmanifest-sha256.txt'), '\n');
    expect(follow(folder, '3.', { KEY: keyFile }).output).not.toMatch(/"sha256": "/);
  });

  test('verifies with jq too, as docs/bundle.md says', async () => {
    const { folder, keyFile } = await bundle();
    const text = readFileSync('docs/bundle.md', 'utf8');
    const commands = /```sh jq\n([\s\S]*?)```/.exec(text)?.[1] ?? 'exit 9';
    const env = { PATH: process.env['PATH'], KEY: keyFile };
    expect(text).toContain(`\`${predicateType}\``);
    expect(execFileSync('sh', ['-ec', commands], { cwd: folder, encoding: 'utf8', env })).toContain(
      'Verified OK',
    );
  });

  test('an unsigned bundle says so', async () => {
    const { folder } = await bundle(false);
    expect(readFileSync(join(folder, 'VERIFY.txt'), 'utf8')).toMatch(
      /Signature: UNSIGNED[\s\S]*3\. FROM WHOM: UNSIGNED/,
    );
  });
});

test('certificates in PEM are keys to trust', async () => {
  const { readTrustedKey } = await import('../../src/bundle/keys.ts');
  const root = temporaryFolder();
  const key = await createKey(join(root, 'k.pem'));
  const request = [
    'req',
    '-x509',
    '-key',
    join(root, 'k.pem'),
    '-subj',
    '/CN=signer',
    '-out',
    join(root, 'c.pem'),
  ];
  execFileSync('openssl', request, { stdio: 'pipe' });
  expect(await readTrustedKey(join(root, 'c.pem'))).toEqual({ keyId: key.keyId, pem: key.pem });
});
