import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
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

interface Recorded {
  readonly fact: string;
  readonly value: unknown;
  readonly evidence: readonly { readonly path: string; readonly mediaType: string }[];
}

/** The last record that has the fact, of the hardened server where there are two, and what it says of it. */
function recordOf(folder: string, fact: string): { readonly path: string; readonly observation: Recorded } {
  for (const file of readdirSync(join(folder, 'data/observations')).sort().reverse()) {
    const path = `data/observations/${file}`;
    const { observations } = JSON.parse(read(folder, path)) as { readonly observations: readonly Recorded[] };
    const observation = observations.find((one) => one.fact === fact && one.value !== undefined);
    if (observation !== undefined) return { path, observation };
  }
  throw new Error(`expected ${fact}`);
}

/** Changes what a record says was seen, where the fact stands in it. */
export function forgedValue(fact: string, from: RegExp, to: string): Change {
  return (folder) => {
    const { path } = recordOf(folder, fact);
    const text = read(folder, path);
    const at = text.indexOf(`"fact": "${fact}"`);
    const after = text.slice(at).replace(from, to);
    expect(after).not.toBe(text.slice(at));
    write(folder, path, text.slice(0, at) + after);
  };
}

/** Changes the first JSON file that a fact rests on, together with what the record says of the file. */
export function forgedEvidence(fact: string, from: RegExp, to: string): Change {
  return (folder) => {
    const { path: record, observation } = recordOf(folder, fact);
    const file = observation.evidence.find(({ mediaType }) => mediaType === 'application/json');
    changedWithRecord(folder, record, file?.path ?? '', from, to);
  };
}

export function changedWithRecord(
  folder: string,
  record: string,
  path: string,
  from: RegExp,
  to: string,
): void {
  const before = sha256(folder, path);
  replaced(path, from, to)(folder);
  const bytes = Buffer.byteLength(read(folder, path));
  const entry = new RegExp(
    `"bytes": \\d+,(\\s+"mediaType": "[^"]+",\\s+"path": "${path}"[^}]+"sha256": )"${before}"`,
    'g',
  );
  replaced(record, entry, `"bytes": ${bytes},$1"${sha256(folder, path)}"`)(folder);
}
