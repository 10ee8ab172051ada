import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { expect, test } from 'vitest';

interface Layer {
  /** Other folders of `src/` that it may import. */
  readonly folders: readonly string[];
  /** Modules of Node that it may import: none, what loads a package at its first use, those without input and output, or all. */
  readonly node: 'none' | 'on-demand' | 'pure' | 'all';
  /** Packages that it may import; absent: none. */
  readonly packages?: readonly string[];
  readonly why: string;
}

const layers: Readonly<Record<string, Layer>> = {
  model: { folders: [], node: 'none', why: 'the nouns depend on nothing' },
  x509: { folders: ['model'], node: 'pure', packages: ['node-forge'], why: 'bytes in, facts out' },
  tls: {
    folders: ['model', 'x509'],
    node: 'pure',
    packages: ['@noble/post-quantum'],
    why: 'bytes in, facts out',
  },
  dns: { folders: ['model'], node: 'pure', packages: ['dns-packet'], why: 'bytes in, facts out' },
  http: { folders: ['model'], node: 'pure', why: 'bytes in, facts out' },
  data: { folders: ['model'], node: 'pure', why: 'counts in, facts out' },
  postgres: { folders: ['model', 'data'], node: 'none', why: 'rows in, facts out' },
  auditlog: { folders: ['model'], node: 'pure', why: 'lines in, facts out' },
  scope: {
    folders: ['model', 'x509', 'postgres'],
    node: 'none',
    why: 'what was seen of many, against what was declared and each other',
  },
  facts: {
    folders: ['model', 'scope', 'tls', 'http', 'dns', 'postgres', 'auditlog', 'data'],
    node: 'none',
    why: 'the list of what can be known',
  },
  engine: {
    folders: ['model'],
    node: 'pure',
    packages: ['@marcbachmann/cel-js'],
    why: 'the same inputs give the same findings',
  },
  config: {
    folders: ['model', 'engine', 'data'],
    node: 'on-demand',
    packages: ['ajv', 'yaml'],
    why: 'text in, values out',
  },
  files: { folders: [], node: 'all', why: 'one way to read a file that a user names' },
  collectors: {
    folders: ['model', 'files', 'tls', 'x509', 'http', 'dns', 'postgres', 'auditlog', 'data'],
    node: 'all',
    packages: ['pg'],
    why: 'looking is apart from judging',
  },
  bundle: {
    folders: ['model', 'files'],
    node: 'all',
    packages: ['ajv', 'jose'],
    why: 'a bundle knows nothing of what it carries',
  },
  verify: {
    folders: ['model', 'engine', 'config', 'bundle', 'tls', 'http', 'dns', 'postgres'],
    node: 'pure',
    why: 'a verdict needs no collector, the bundle does the reading, and each domain makes its facts again',
  },
  report: {
    folders: ['model'],
    node: 'pure',
    packages: ['pdfkit'],
    why: 'every report renders one assessment',
  },
  demo: {
    folders: ['model', 'x509', 'postgres'],
    node: 'all',
    packages: ['pg'],
    why: 'it starts systems and knows nothing of scans',
  },
  cli: {
    folders: [
      'model',
      'facts',
      'engine',
      'config',
      'files',
      'collectors',
      'bundle',
      'verify',
      'report',
      'demo',
      'postgres',
      'scope',
    ],
    node: 'all',
    packages: ['commander'],
    why: 'everything meets here',
  },
};
const pureModules = ['node:crypto', 'node:buffer'];
const clocks =
  /\bDate\.now\(|new Date\(\)|Math\.random\(|\brandom(?:Bytes|UUID)\(|\bprocess\.|\bsetTimeout\(|\bfetch\(/;

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => /^[\w-]+\/.*\.ts$/.test(file));

function importsOf(text: string): readonly string[] {
  return [...text.matchAll(/\b(?:from |import |import\(\s*|load\()'([^']+)'/g)].map(
    ([, specifier = '']) => specifier,
  );
}

/** The folder of `src/` that a relative import leads to. */
function folderOf(file: string, specifier: string): string {
  return posix.join(posix.dirname(file), specifier).split('/')[0] ?? '';
}

/** `ajv` of `ajv/dist/2020.js`, `@scope/name` of what lies in it. */
function packageOf(specifier: string): string {
  return /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? '';
}

/** What an import leads to, and what it may lead to. */
function ruleOf(layer: Layer, file: string, specifier: string): { got: string; allowed: readonly string[] } {
  if (specifier.startsWith('.')) {
    return { got: folderOf(file, specifier), allowed: [folderOf(file, './'), ...layer.folders] };
  }
  if (specifier.startsWith('node:')) {
    const modules = { none: [], 'on-demand': ['node:module'], pure: pureModules, all: [specifier] };
    return { got: specifier, allowed: modules[layer.node] };
  }
  return { got: packageOf(specifier), allowed: layer.packages ?? [] };
}

test.each(files)('src/%s keeps to its layer', (file) => {
  const [folder = ''] = file.split('/');
  const layer = layers[folder];
  if (layer === undefined) expect.fail(`src/${folder} has no rule`);
  for (const specifier of importsOf(readFileSync(`src/${file}`, 'utf8'))) {
    const { got, allowed } = ruleOf(layer, file, specifier);
    expect(allowed, `${specifier}: ${layer.why}`).toContain(got);
  }
});

const collectorFiles = files.filter((file) => /^collectors\/[\w-]+\//.test(file));

test.each(collectorFiles)('src/%s knows no other kind of subject', (file) => {
  const own = posix.dirname(file);
  const collectors = importsOf(readFileSync(`src/${file}`, 'utf8'))
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => posix.join(own, specifier))
    .filter((path) => path.startsWith('collectors/'));
  for (const path of collectors) expect(['collectors', own]).toContain(posix.dirname(path));
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
