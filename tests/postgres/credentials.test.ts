import { chmodSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { passwordFromFile, resolveSecret } from '../../src/collectors/credentials.ts';
import { fileWith } from './looking.ts';

describe('resolveSecret', () => {
  test('from the environment and from a file', async () => {
    expect(await resolveSecret({ kind: 'env', name: 'P' }, { P: 'secret' })).toBe('secret');
    expect(await resolveSecret({ kind: 'file', path: fileWith('secret \r\n') }, {})).toBe('secret ');
  });

  test.each([
    [{ kind: 'env', name: 'P' } as const, 'env:P'],
    [{ kind: 'env', name: 'EMPTY' } as const, 'env:EMPTY'],
    [{ kind: 'file', path: '/nowhere/secret' } as const, 'file:/nowhere/secret'],
    [{ kind: 'file', path: fileWith('x'.repeat(70_000)) } as const, 'bytes'],
  ])('an unusable one is named, not shown', async (reference, words) => {
    const failure = resolveSecret(reference, { EMPTY: '' });
    await expect(failure).rejects.toMatchObject({
      code: 'ERR_CREDENTIAL',
      message: expect.stringContaining(words),
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
