import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseInstant } from '../../src/cli/option-values.ts';
import { fingerprint } from '../../src/engine/identity.ts';
import { temporaryFolder as folderOfOneTest, writeBundle } from '../bundle/fixture.ts';
import { assay, removeFolders } from './terminal.ts';

afterAll(() => removeFolders());

async function bundle(): Promise<string> {
  const folder = join(folderOfOneTest(), 'bundle');
  await writeBundle(folder);
  return folder;
}

const key = fingerprint('tls.protocol.old-refused', 'web', 'TLSv1.0');

describe('assay findings', () => {
  test('lists a bundle that has no dates of its own', async () => {
    const folder = await bundle();
    const { exitCode, stdout, stderr } = await assay(['findings', folder, '--format', 'csv']);
    expect([exitCode, stderr]).toEqual([0, '']);
    const [header, ...records] = stdout.split('\r\n');
    expect(header).toMatch(/^key,state,new,severity,/);
    expect(records.filter((record) => record.startsWith(`${key},exception,true,high,`))).toHaveLength(1);
    expect(stdout).not.toContain('OVERDUE');
  });

  test('selects by owner, severity and date, and by all of them at once', async () => {
    const folder = await bundle();
    const list = async (...options: readonly string[]): Promise<number> => {
      const { stdout } = await assay(['findings', folder, '--format', 'json', ...options]);
      return JSON.parse(stdout).findings.length;
    };
    const all = await list();
    expect(all).toBeGreaterThan(0);
    expect(await list('--owner', '', '--severity', 'high', '--new')).toBe(all);
    expect(await list('--owner', 'nobody')).toBe(0);
    expect(await list('--severity', 'critical')).toBe(0);
    expect(await list('--overdue')).toBe(0);
  });

  test('says where it asks about another day', async () => {
    const folder = await bundle();
    const csv = await assay(['findings', folder, '--format', 'csv', '--at', '2030-01-01']);
    expect(csv.stderr).toMatch(
      /^overdue as of 2030-01-01T00:00:00\.000Z \(--at\), not as of when it was judged/,
    );
    const text = await assay(['findings', folder, '--at', '2030-01-01']);
    expect(text.stdout).toMatch(/0 overdue as of 2030-01-01 \(--at\)\n$/);
  });

  test('refuses what is no bundle, or an altered one', async () => {
    const folder = await bundle();
    await rm(join(folder, 'data/findings.ndjson'));
    expect((await assay(['findings', folder])).exitCode).toBe(5);
    expect((await assay(['findings', join(folder, 'nothing')])).exitCode).toBe(5);
    expect((await assay(['findings', folder, '--at', 'soon'])).exitCode).toBe(2);
  });

  test('has the columns that its page documents', async () => {
    const page = readFileSync('docs/findings.md', 'utf8');
    const [, columns = ''] = /^(`key`, `state`[\s\S]*?`address`)$/m.exec(page) ?? [];
    const { stdout } = await assay(['findings', await bundle(), '--format', 'csv']);
    expect(stdout.split('\r\n')[0]).toBe(columns.replaceAll(/`| \([^)]*\)/g, '').replace(/,\s+/g, ','));
  });
});

describe('an instant', () => {
  test.each([
    ['2026-11-20', '2026-11-20T00:00:00.000Z'],
    ['2026-11-20T08:00:00Z', '2026-11-20T08:00:00.000Z'],
    ['2026-11-20T08:00:00.5+02:00', '2026-11-20T06:00:00.500Z'],
    ['2028-02-29', '2028-02-29T00:00:00.000Z'],
  ])('%s is %s', (text, instant) => {
    expect(parseInstant(text)).toBe(instant);
  });

  test.each([
    '',
    'soon',
    '2026-02-30',
    '2026-13-01',
    '2026-11-20T08:00:00',
    '2026-11-20 08:00Z',
    '20261120',
    '2026-11-20T25:00:00Z',
  ])('%j is none', (text) => {
    expect(() => parseInstant(text)).toThrow('expected a day or an instant');
  });
});
