import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { readTrustedKey } from '../src/bundle/keys.ts';
import { resolveSecret } from '../src/collectors/credentials.ts';
import { readLimited } from '../src/files/read-limited.ts';
import { assay, removeFolders, temporaryFolder } from './cli/terminal.ts';

let cwd: string;
let pipe: string;
beforeEach(() => {
  cwd = temporaryFolder();
  pipe = join(cwd, 'pipe');
  execFileSync('mkfifo', [pipe]);
});
afterAll(removeFolders);

describe('a file that a user names', () => {
  test('is read up to its limit', async () => {
    const file = join(cwd, 'file');
    writeFileSync(file, 'abcd', { mode: 0o640 });
    const read = await readLimited(file, 4);
    expect(read).toMatchObject({ bytes: Buffer.from('abcd') });
    expect('mode' in read && read.mode & 0o777).toBe(0o640);
    expect(await readLimited(file, 3)).toEqual({ got: 'more than 3 bytes' });
    expect(await readLimited('/dev/zero', 3)).toEqual({ got: 'more than 3 bytes' });
    expect(await readLimited('/dev/null', 3)).toMatchObject({ bytes: Buffer.alloc(0) });
    expect(await readLimited(join(cwd, 'none'), 3)).toMatchObject({ got: 'ENOENT' });
    expect(await readLimited(cwd, 3)).toMatchObject({ got: 'EISDIR' });
  });

  test('is neither a named pipe nor a socket: nobody may ever write to it', async () => {
    expect(await readLimited(pipe, 3)).toEqual({ got: 'a named pipe' });
    const socket = join(cwd, 'socket');
    const server = createServer().listen(socket);
    await new Promise((resolve) => server.once('listening', resolve));
    expect(await readLimited(socket, 3)).toEqual({ got: 'a socket' });
    await new Promise((resolve) => server.close(resolve));
  });

  test.each(['/dev/fd', '/proc/self/fd'])(
    'may be a pipe by its descriptor, as <(…) is: %s',
    async (folder) => {
      const descriptor = openSync(pipe, 'r+');
      writeSync(descriptor, 'abcd');
      // One byte over ends the reading, though the writer has not ended.
      expect(await readLimited(`${folder}/${descriptor}`, 3)).toEqual({ got: 'more than 3 bytes' });
      closeSync(descriptor);
    },
  );
});

describe('a named pipe without a writer is refused at once', () => {
  const url = 'https://127.0.0.1:1';

  test.each<[string, string, readonly string[], RegExp]>([
    [
      'as configuration',
      '',
      ['scan', '--config', 'pipe'],
      /a configuration file at pipe, got a named pipe[\s\S]*ERR_CONFIG/,
    ],
    ['as profile', 'profile: ./pipe', ['scan'], /a profile at pipe, got a named pipe[\s\S]*ERR_PROFILE/],
    [
      'as own controls',
      'own-controls: pipe',
      ['scan'],
      /own controls at pipe, got a named pipe[\s\S]*ERR_OWN_CONTROLS/,
    ],
    [
      'as key',
      '',
      ['scan', url, '--key', 'pipe'],
      /pipe: expected a readable key file .*got a named pipe[\s\S]*ERR_KEY/,
    ],
    [
      'as roots',
      '',
      ['scan', url, '--ca', 'pipe'],
      /a readable file of roots at .*pipe, got a named pipe[\s\S]*ERR_CA_FILE/,
    ],
    ['as control', '', ['controls', 'lint', 'pipe'], /a control at pipe, got a named pipe[\s\S]*ERR_CONTROL/],
    [
      'in a folder of controls',
      '',
      ['controls', 'lint', 'ours'],
      /a control at ours\/controls\/tls\/tls.a.b.yaml, got a named pipe/,
    ],
    [
      'beside the layout',
      '',
      ['controls', 'lint', 'beside'],
      /a YAML file at beside\/x.yaml, got a named pipe/,
    ],
  ])('%s', async (_, more, argv, words) => {
    if (more !== '')
      writeFileSync(join(cwd, 'assay.yaml'), `targets: [{ id: web, url: "${url}" }]\n${more}\n`);
    mkdirSync(join(cwd, 'ours/controls/tls'), { recursive: true });
    mkdirSync(join(cwd, 'beside/controls/tls'), { recursive: true });
    writeFileSync(join(cwd, 'beside/controls/tls/tls.a.b.yaml'), '');
    execFileSync('mkfifo', [join(cwd, 'ours/controls/tls/tls.a.b.yaml'), join(cwd, 'beside/x.yaml')]);
    const { exitCode, stderr } = await assay([...argv], { cwd });
    expect(exitCode).not.toBe(0);
    expect(stderr).toMatch(words);
  });

  test('as a key to trust, and as a secret', async () => {
    await expect(readTrustedKey(pipe)).rejects.toMatchObject({ code: 'ERR_KEY' });
    const context = { env: {}, signal: new AbortController().signal };
    await expect(resolveSecret({ kind: 'file', path: pipe }, context)).rejects.toMatchObject({
      code: 'ERR_CREDENTIAL',
      message: `expected to read file:${pipe}, got a named pipe`,
    });
  });
});
