import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

interface Layer {
  /** Other folders of `src/` that it may import. */
  readonly folders: readonly string[];
  /** Modules of Node that it may import: none, only those without input and output, or all. */
  readonly node: 'none' | 'pure' | 'all';
  readonly why: string;
}

const domains = ['tls', 'x509', 'postgres'];
const layers: Readonly<Record<string, Layer>> = {
  model: { folders: [], node: 'none', why: 'the nouns depend on nothing' },
  x509: { folders: ['model'], node: 'pure', why: 'bytes in, facts out' },
  tls: { folders: ['model', 'x509'], node: 'pure', why: 'bytes in, facts out' },
  postgres: { folders: ['model'], node: 'pure', why: 'rows in, facts out' },
  facts: { folders: ['model', ...domains], node: 'none', why: 'the list of what can be known' },
  engine: { folders: ['model'], node: 'pure', why: 'the same inputs give the same findings' },
  config: { folders: ['model', 'engine'], node: 'pure', why: 'text in, values out' },
  collectors: { folders: ['model', ...domains], node: 'all', why: 'looking is apart from judging' },
  bundle: { folders: ['model'], node: 'all', why: 'a bundle knows nothing of what it carries' },
  verify: {
    folders: ['model', 'engine', 'config', 'bundle'],
    node: 'all',
    why: 'a verdict needs no collector',
  },
  report: { folders: ['model'], node: 'pure', why: 'every report renders one assessment' },
  demo: {
    folders: ['model', 'x509', 'postgres'],
    node: 'all',
    why: 'it starts systems and knows nothing of scans',
  },
  cli: {
    folders: [
      'model',
      'facts',
      'engine',
      'config',
      'collectors',
      'bundle',
      'verify',
      'report',
      'demo',
      ...domains,
    ],
    node: 'all',
    why: 'everything meets here',
  },
};
const pureModules = ['node:crypto', 'node:buffer', 'node:net'];
const clocks = /\bDate\.now\(|new Date\(\)|Math\.random\(|\bprocess\.|\bsetTimeout\(|\bfetch\(/;

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => /^[\w-]+\/.*\.ts$/.test(file));

function importsOf(text: string): readonly string[] {
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, specifier = '']) => specifier);
}

describe.each(files)('src/%s', (file) => {
  const [folder = ''] = file.split('/');
  const layer = layers[folder];
  const text = readFileSync(`src/${file}`, 'utf8');

  test('keeps to its layer', () => {
    expect(layer, `src/${folder} has no rule`).toBeDefined();
    for (const specifier of importsOf(text)) {
      const target = /^(?:\.\.\/)+([\w-]+)\//.exec(specifier)?.[1];
      if (target && target !== folder)
        expect(layer?.folders, `${specifier}: ${layer?.why}`).toContain(target);
      if (specifier.startsWith('node:') && layer?.node !== 'all') {
        expect(layer?.node === 'pure' ? pureModules : [], `${specifier}: ${layer?.why}`).toContain(specifier);
      }
    }
  });
});

const pureFiles = files.filter((file) => layers[file.split('/')[0] ?? '']?.node !== 'all');

test.each(pureFiles)('src/%s has no clock, no chance and no process of its own', (file) => {
  const text = readFileSync(`src/${file}`, 'utf8').replace(/\/\*\*?[\s\S]*?\*\/|\/\/.*$/gm, '');
  expect(text).not.toMatch(clocks);
});

test('the rules are about folders that exist', () => {
  const folders = new Set(files.map((file) => file.split('/')[0]));
  expect(Object.keys(layers).filter((folder) => !folders.has(folder))).toEqual([]);
});

test('only the model index, the facts and the command line gather other files', () => {
  const barrels = files.filter(
    (file) => /\/index\.ts$/.test(file) && /^export \* from/m.test(readFileSync(`src/${file}`, 'utf8')),
  );
  expect(barrels).toEqual(['model/index.ts']);
});
