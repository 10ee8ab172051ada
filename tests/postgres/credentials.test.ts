import { chmodSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { passwordFromFile, resolveSecret } from '../../src/collectors/credentials.ts';
import { runSecretCommand } from '../../src/collectors/secret-command.ts';
import { fileWith } from './looking.ts';

const { signal } = new AbortController();

describe('resolveSecret', () => {
  test('from the environment and from a file', async () => {
    expect(await resolveSecret({ kind: 'env', name: 'P' }, { env: { P: 'secret' }, signal })).toBe('secret');
    expect(await resolveSecret({ kind: 'file', path: fileWith('secret \r\n') }, { env: {}, signal })).toBe(
      'secret ',
    );
  });

  test.each([
    [{ kind: 'env', name: 'P' } as const, 'env:P'],
    [{ kind: 'env', name: 'EMPTY' } as const, 'env:EMPTY'],
    [{ kind: 'file', path: '/nowhere/secret' } as const, 'file:/nowhere/secret'],
    [{ kind: 'file', path: fileWith('x'.repeat(70_000)) } as const, 'bytes'],
  ])('an unusable one is named, not shown', async (reference, words) => {
    const failure = resolveSecret(reference, { env: { EMPTY: '' }, signal });
    await expect(failure).rejects.toMatchObject({
      code: 'ERR_CREDENTIAL',
      message: expect.stringContaining(words),
    });
  });
});

describe('a command', () => {
  const canary = 'canary-9wQ';
  const ask = (...command: [string, ...string[]]) =>
    resolveSecret({ kind: 'exec', command }, { env: { PATH: process.env['PATH'], CANARY: canary }, signal });

  test('what it prints is the secret, without one line ending, and no shell reads it', async () => {
    expect(await ask('printf', '%s', 'secret')).toBe('secret');
    expect(await ask('printf', 'secret\\n\\n')).toBe('secret\n');
    expect(await ask('printf', '%s', '$CANARY `id` "x" ; y')).toBe('$CANARY `id` "x" ; y');
    expect(await ask('sh', '-c', 'printf %s "$CANARY"; cat')).toBe(canary);
  });

  test.each<[string, readonly string[], RegExp]>([
    ['that fails', ['sh', '-c', `echo ${canary}; echo ${canary} >&2; exit 3`], /exec:sh .*got exit code 3$/],
    ['that is killed', ['sh', '-c', `echo ${canary}; kill -9 $$`], /exec:sh .*got signal SIGKILL$/],
    ['that is not there', ['no-such-program', canary], /exec:no-such-program .*got ENOENT$/],
    ['that prints nothing', ['true', canary], /exec:true, got an empty one$/],
    ['that prints too much', ['yes', canary], /exec:yes .*got more than 65536 bytes$/],
  ])('%s is told by its program, never by its words or output', async (_, command, words) => {
    const failure = await ask(...(command as [string, ...string[]])).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'ERR_CREDENTIAL', message: expect.stringMatching(words) });
    const { message, remedy, cause } = failure as { message: string; remedy: string; cause: unknown };
    expect(`${message} ${remedy} ${String(cause)}`).not.toContain(canary);
  });

  test('that does not end is ended, with what it started', async () => {
    const marker = fileWith('');
    const script = `(sleep 0.4; echo alive > ${marker}) & sleep 60`;
    const end = await runSecretCommand(['sh', '-c', script], process.env, signal, { timeMs: 100, bytes: 10 });
    expect(end).toEqual({ kind: 'failed', got: 'no end within 100 ms' });
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(readFileSync(marker, 'utf8')).toBe('');
  });

  test('ends with the scan', async () => {
    const abort = new AbortController();
    const running = runSecretCommand(['sleep', '60'], process.env, abort.signal);
    abort.abort();
    expect(await running).toEqual({ kind: 'failed', got: 'an interruption' });
    expect(await runSecretCommand(['sleep', '60'], process.env, abort.signal)).toMatchObject({
      kind: 'failed',
    });
  });
});

describe('passwordFromFile', () => {
  const question = { host: 'db.test', port: 5432, database: 'app', user: 'assay' };
  const ask = (text: string) => passwordFromFile(question, { PGPASSFILE: fileWith(text) });

  test.each([
    ['db.test:5432:app:assay:secret', 'secret'],
    ['*:*:*:assay:secret', 'secret'],
    ['# db.test:5432:app:assay:no\ndb.test:5432:app:other:no\n*:5432:*:assay:yes', 'yes'],
    ['db.test:5432:app:assay:with\\:colon\\\\', 'with:colon\\'],
    ['db.test:5433:app:assay:no', undefined],
    ['db.test:5432:app:assay', undefined],
  ])('%j', async (text, expected) => {
    expect(await ask(text)).toBe(expected);
  });

  test('a file that others may read is refused', async () => {
    const path = fileWith('*:*:*:*:secret');
    chmodSync(path, 0o640);
    await expect(passwordFromFile(question, { PGPASSFILE: path })).rejects.toMatchObject({
      code: 'ERR_CREDENTIAL',
      remedy: expect.stringContaining('chmod 0600'),
    });
  });

  test('no file of one’s own is no error; a named one that is missing is', async () => {
    expect(await passwordFromFile(question, { HOME: '/nowhere' })).toBeUndefined();
    await expect(passwordFromFile(question, { PGPASSFILE: '/nowhere/x' })).rejects.toMatchObject({
      code: 'ERR_CREDENTIAL',
    });
  });
});
