import { expect, test } from 'vitest';
import { facts } from '../src/facts/index.ts';
import { catalogNames, factsDocument } from './facts-document.ts';

/** `npm run docs` runs this with `--update`, which writes the page. */
test('docs/facts.md says what the schemas say', async () => {
  await expect(factsDocument(facts)).toMatchFileSnapshot('../docs/facts.md');
});

test('every fact has a heading, and every field a row', () => {
  const text = factsDocument(facts);
  for (const { name } of facts) expect(text).toContain(`\n## ${name}\n`);
  expect(text).toContain('| `tls.leaf.certificates[].notAfter` | timestamp |  |');
  expect(text).toContain('| `tls.versions[key]` | string |  |');
  expect(text).toContain('| `postgres.passwords[].iterations` | int | optional |');
});

test('the catalog’s names lead to facts that there are, and all are led to but our own additions', () => {
  const named = new Set(Object.values(catalogNames).flat());
  const known = facts.map(({ name }) => name);
  expect([...named].filter((name) => !known.includes(name))).toEqual([]);
  expect(known.filter((name) => !named.has(name))).toEqual([
    'data.constraints',
    'data.encryption',
    'data.purposes',
    'postgres.challenges',
    'postgres.configuration',
    'postgres.folders',
    'postgres.guardedFunctions',
    'postgres.identityMaps',
    'postgres.labels',
    'postgres.languages',
    'postgres.largeObjects',
    'postgres.logAccess',
    'postgres.ownership',
    'postgres.parameters',
    'postgres.publications',
    'postgres.server',
    'postgres.subscriptions',
    'postgres.tablespaces',
    'postgres.tls',
    'postgres.triggers',
    'scope.bundles',
    'scope.changes',
    'scope.cryptography',
    'scope.discoveries',
    'scope.keys',
    'scope.names',
    'scope.systems',
    'scope.tickets',
    'scope.windows',
    'tls.keys',
    'tls.resumption',
    'tls.signatures',
    'tls.timestamps',
    'tls.tolerance',
    'tls.weaknesses',
  ]);
});
