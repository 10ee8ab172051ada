import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseAssayFile } from '../../src/config/assay-file.ts';
import { assay } from '../cli/terminal.ts';
import { type Site, startSite } from './scanning.ts';

let site: Site;
beforeAll(async () => {
  site = await startSite();
});
afterAll(async () => {
  await site.stop();
});

test('what answers and what does not is told in a file that a scan reads as it stands', async () => {
  const received: Buffer[] = [];
  const database = await site.fake((socket) => socket.on('data', (chunk) => received.push(chunk)));
  const urls = [
    `https://127.0.0.1:${site.hardened}`,
    `postgres://127.0.0.1:${database.port}/app`,
    'https://127.0.0.1:1',
    'postgres:///app?host=/nonexistent',
    'https://no-such-host.invalid',
  ];
  const { exitCode, stdout, stderr } = await assay(['init', ...urls, '--out', 'sub/assay.yaml'], {
    cwd: site.folder,
  });
  expect([exitCode, stdout]).toEqual([0, 'sub/assay.yaml\n']);
  expect(stderr).toMatch(/5 targets, 2 answered\. Read the file/);
  expect(stderr.match(/^not reached: /gm)).toHaveLength(3);
  const file = join(site.folder, 'sub/assay.yaml');
  const text = readFileSync(file, 'utf8');
  const { config } = parseAssayFile('assay.yaml', text);
  expect(config.targets.map(({ host }) => host)).toEqual([
    '127.0.0.1',
    '127.0.0.1',
    '127.0.0.1',
    '/nonexistent',
    'no-such-host.invalid',
  ]);
  const marks = [...text.matchAll(/^ {2}# (answered|NOT REACHED)/gm)].map(([, mark]) => mark);
  expect(marks).toEqual(['answered', 'answered', 'NOT REACHED', 'NOT REACHED', 'NOT REACHED']);
  expect(text).toContain('its certificate chain leads to no root that this machine knows');
  const [, schema = ''] = /\$schema=(.*)\n/.exec(text) ?? [];
  expect(existsSync(join(dirname(file), schema))).toBe(true);
  // The database was knocked at, and told nothing.
  expect([database.connections(), Buffer.concat(received).length]).toEqual([1, 0]);
  const scanned = await assay(
    ['scan', '--config', 'sub/assay.yaml', '--control', 'tls.cert', '--timeout', '2s'],
    {
      cwd: site.folder,
    },
  );
  expect([3, 4]).toContain(scanned.exitCode);
});

test('nothing is overwritten, and then nothing is looked at', async () => {
  const fake = await site.fake((socket) => socket.destroy());
  writeFileSync(join(site.folder, 'assay.yaml'), 'mine');
  const { exitCode, stderr } = await assay(['init', `https://127.0.0.1:${fake.port}`], { cwd: site.folder });
  expect(exitCode).toBe(6);
  expect(stderr).toMatch(/expected nothing at assay\.yaml[\s\S]*ERR_OUTPUT_EXISTS/);
  expect(readFileSync(join(site.folder, 'assay.yaml'), 'utf8')).toBe('mine');
  expect(fake.connections()).toBe(0);
});

test.each([
  ['a password', 'postgres://u:canary-5Kw@127.0.0.1/app', 'ERR_LITERAL_SECRET'],
  ['no URL', 'localhost', 'ERR_TARGET'],
])('%s is refused, and nothing is written', async (_, url, code) => {
  const { exitCode, stderr } = await assay(['init', url, '--out', 'other.yaml'], { cwd: site.folder });
  expect(exitCode).toBe(2);
  expect(stderr).toContain(code);
  expect(stderr).not.toContain('canary');
  expect(existsSync(join(site.folder, 'other.yaml'))).toBe(false);
});
