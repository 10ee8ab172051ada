import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from './fixture.ts';

/** Limits and umask belong to a process: the writer runs in one of its own, compiled. */
let compiled: string;

beforeAll(() => {
  compiled = mkdtempSync(join(tmpdir(), 'assay-writer-'));
  const options = '--ignoreConfig --noCheck --module nodenext --target es2023 --types node --skipLibCheck';
  const tsc = [...options.split(' '), '--rewriteRelativeImportExtensions', '--rootDir', 'src'];
  execFileSync(process.execPath, [
    resolve('node_modules/typescript/bin/tsc'),
    ...tsc,
    '--outDir',
    compiled,
    'src/bundle/writer.ts',
  ]);
  writeFileSync(join(compiled, 'package.json'), '{"type":"module"}');
  writeFileSync(join(compiled, 'write.js'), script);
}, 60_000);

afterAll(() => rmSync(compiled, { recursive: true }));

const script = `
import { openBundle } from './bundle/writer.js';
import { controlSetSha256 } from './bundle/manifest.js';
const [out, bytes] = process.argv.slice(2);
const evidence = [{ title: 'raw', mediaType: 'text/plain', extension: 'txt', bytes: Buffer.alloc(Number(bytes)) }];
const subject = { id: 'web', kind: 'tls-endpoint' };
const run = { format: 0, id: 'r', tool: { name: 'assay', version: '0' }, endedAt: '2026-11-20T02:00:00.000Z' };
try {
  const bundle = await openBundle(out);
  await bundle.spool({ subject, observations: [{ fact: 'tls.chain', evidence }] });
  await bundle.seal({
    run: { ...run, controlSetSha256: controlSetSha256([]) },
    scope: {}, overrides: {}, controls: [], facts: [], frameworks: [],
    judge: { subject: () => [], finish: () => ({ run }) },
  });
  console.log('sealed');
} catch (error) {
  console.log(error.code, error.cause?.code, error.remedy);
}`;

function write(before: string, out: string, bytes: number): string {
  const command = `${before}; exec "$0" "$1" "$2" "$3"`;
  const args = ['-c', command, process.execPath, join(compiled, 'write.js'), out, String(bytes)];
  return execFileSync('/bin/bash', args, { encoding: 'utf8' }).trim();
}

test.each(['000', '022', '277'])('only the owner can read a bundle under umask %s', (umask) => {
  const out = join(temporaryFolder(), 'b');
  expect(write(`umask ${umask}`, out, 10)).toBe('sealed');
  for (const path of ['', ...readdirSync(out, { recursive: true, encoding: 'utf8' })]) {
    const stat = statSync(join(out, path));
    expect([path, stat.mode & 0o777]).toEqual([path, stat.isDirectory() ? 0o700 : 0o600]);
  }
});

test('a file larger than the process may write is an error of the output, and leaves nothing', () => {
  const folder = temporaryFolder();
  expect(write('ulimit -f 64', join(folder, 'b'), 1_000_000)).toMatch(/^ERR_OUTPUT EFBIG .*ulimit -f/);
  expect(readdirSync(folder)).toEqual([]);
  expect(write('ulimit -f 64', join(folder, 'b'), 10_000)).toBe('sealed');
});
