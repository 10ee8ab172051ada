import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { assayCommandsIn, blocksOf, documents, ioIn, readDocument } from '../documents.ts';

/** Blocks marked `sh demo` run beside a demo's output, in the order of their page. */
const pages = documents
  .map((path) => ({
    path,
    lines: blocksOf(readDocument(path))
      .filter(({ info }) => info === 'sh demo')
      .flatMap(({ text }) => text.split('\n').filter((line) => line !== '')),
  }))
  .filter(({ lines }) => lines.length > 0);

interface Outcome {
  readonly exitCode: number | null;
  readonly output: string;
}

async function assay(words: readonly string[], cwd: string): Promise<Outcome> {
  const output: string[] = [];
  const io = ioIn(cwd, (text) => output.push(text));
  return { exitCode: await main(words, io), output: output.join('') };
}

async function run(line: string, cwd: string): Promise<Outcome> {
  const [words] = assayCommandsIn(line);
  if (words !== undefined) return assay(words, cwd);
  const { status, stdout, stderr } = spawnSync('sh', ['-ec', line], { cwd, encoding: 'utf8' });
  return { exitCode: status, output: stdout + stderr };
}

const folder = mkdtempSync(join(tmpdir(), 'assay-documents-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('what the documents say of the demo', () => {
  beforeAll(async () => {
    const { exitCode, output } = await assay(['demo', '--out', 'demo'], folder);
    expect(exitCode, output).toBe(0);
  }, 60_000);

  test('its bundle is right, and its facts follow again from their evidence', async () => {
    const { exitCode, output } = await assay(['verify', 'demo/bundle', '--rederive'], folder);
    expect(exitCode, output).toBe(0);
    expect(output).toMatch(
      /facts: +\d+ made again .*; taken as recorded: (?:postgres\.[a-z]+, )*postgres\.[a-z]+\n/,
    );
  });

  test('there are such pages', () => {
    expect(pages.map(({ path }) => path)).toContain('README.md');
  });

  test.each(pages)('$path: its commands end as it says', async ({ lines }) => {
    for (const line of lines) {
      const said = Number(/# exit (\d+)/.exec(line)?.[1] ?? 0);
      const { exitCode, output } = await run(line, folder);
      expect(exitCode, `${line}\n${output}`).toBe(said);
    }
  });
});
