import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { assessmentText, findingLines } from '../../src/bundle/judgement.ts';
import { controlSetOf, parseManifest } from '../../src/bundle/manifest.ts';
import { readBundle } from '../../src/bundle/reader.ts';
import { createJudge } from '../../src/engine/judge.ts';
import { judgeInputOf } from '../../src/verify/judge-input.ts';
import { filesUnder } from '../bundle/fixture.ts';

/** Something done to a bundle's folder. */
export type Change = (folder: string) => void;

export const read = (folder: string, path: string): string => readFileSync(join(folder, path), 'utf8');
export const write = (folder: string, path: string, text: string): void =>
  writeFileSync(join(folder, path), text);
export const sha256 = (folder: string, path: string): string =>
  createHash('sha256')
    .update(readFileSync(join(folder, path)))
    .digest('hex');
const lines = (folder: string, files: readonly string[]): string =>
  files.map((path) => `${sha256(folder, path)}  ${path}\n`).join('');

/** Makes the tag manifest again. */
export function tag(folder: string): void {
  const tags = ['VERIFY.txt', 'bag-info.txt', 'bagit.txt', 'manifest-sha256.txt'];
  write(folder, 'tagmanifest-sha256.txt', lines(folder, tags));
}

/** Makes every hash again, as a forger without the key can; the control set's digest too. */
function rehash(folder: string): void {
  const payload = filesUnder(folder).filter((path) => path.startsWith('data/'));
  const manifest = parseManifest(lines(folder, payload), '', () => true);
  const run = read(folder, 'data/run.json');
  write(
    folder,
    'data/run.json',
    run.replace(/("controlSetSha256": ")[0-9a-f]+/, `$1${controlSetOf(manifest)}`),
  );
  const bytes = payload.reduce((sum, path) => sum + statSync(join(folder, path)).size, 0);
  const info = read(folder, 'bag-info.txt');
  write(folder, 'bag-info.txt', info.replace(/Payload-Oxum: .*/, `Payload-Oxum: ${bytes}.${payload.length}`));
  write(folder, 'manifest-sha256.txt', lines(folder, payload));
  tag(folder);
}

/** One part of a file replaced; fails where there is no such part. */
export const replaced =
  (path: string, from: string | RegExp, to: string): Change =>
  (folder) => {
    const before = read(folder, path);
    const after = before.replace(from, to);
    expect(after).not.toBe(before);
    write(folder, path, after);
  };

/** A change with every hash made again. */
export const forged =
  (change: Change): Change =>
  (folder) => {
    change(folder);
    rehash(folder);
  };

/** A change after which everything is judged and hashed again, as a forger with assay can. */
export const rejudged =
  (change: Change): ((folder: string) => Promise<void>) =>
  async (folder) => {
    change(folder);
    rehash(folder);
    const bundle = await readBundle(folder);
    const judge = createJudge(judgeInputOf(bundle));
    const judgedLines = [...bundle.subjects()].flatMap((record) => findingLines(judge, record)).join('');
    write(folder, 'data/findings.ndjson', judgedLines);
    const { controlSetSha256 } = bundle.readRun();
    const findings = sha256(folder, 'data/findings.ndjson');
    write(folder, 'data/assessment.json', assessmentText(judge, findings, controlSetSha256));
    rehash(folder);
  };
