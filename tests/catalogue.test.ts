import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { controlPaths } from '../src/cli/package-files.ts';
import { facts } from '../src/facts/index.ts';
import { type Kept, keptOf, linksOf, readCatalogue } from './catalogue.ts';
import { catalogueDocument, plan } from './catalogue-document.ts';
import { trees } from './trees.ts';

const counts = {
  access: 9,
  'audit-log': 19,
  backup: 9,
  container: 6,
  'data-discovery': 26,
  dns: 8,
  git: 13,
  host: 60,
  http: 43,
  jwt: 7,
  k8s: 11,
  kms: 22,
  monitoring: 8,
  mysql: 26,
  network: 10,
  oidc: 30,
  postgres: 52,
  programme: 8,
  sbom: 4,
  ssh: 19,
  tls: 44,
  vuln: 6,
};

/** Of all planned ids, sorted by code unit, one a line. */
const idsSha256 = 'bec78751b443b00ab43221ae4ecfbbdbef3fb27c17f7df563553dfd81b05a3c4';

const domains = readCatalogue();
const entries = domains.flatMap((domain) => domain.entries);
const kept = keptOf(domains);
const byId = new Map(entries.map((entry) => [entry.id, entry]));
const requirements = new Map(
  trees.flatMap((tree) => tree.requirements.map((each) => [`${tree.id} ${each.id}`, each] as const)),
);
const known = new Set(facts.map(({ name }) => name));

interface Written extends Pick<Kept, 'id' | 'severity' | 'subject' | 'satisfies'> {
  readonly expect: string;
}
const controls = new Map(
  (await controlPaths())
    .map((path): Written => parse(readFileSync(path, 'utf8')))
    .map((control) => [control.id, control]),
);

/** `npm run docs` runs this with `--update`, which writes the page. */
test('docs/catalogue.md says what the files say', async () => {
  await expect(catalogueDocument(domains, [...controls.keys()].sort())).toMatchFileSnapshot(
    '../docs/catalogue.md',
  );
});

describe('the plan', () => {
  test('every planned check is there once, in the file of its domain', () => {
    expect(Object.fromEntries(domains.map((domain) => [domain.name, domain.entries.length]))).toEqual(counts);
    expect(byId.size).toBe(plan.checks);
    const lines = [...byId.keys()].sort().map((id) => `${id}\n`);
    expect(createHash('sha256').update(lines.join('')).digest('hex')).toBe(idsSha256);
  });

  test('what is merged leads to something that will be', () => {
    for (const entry of entries)
      if (entry.decision === 'merged') expect(byId.get(entry.into), entry.id).toHaveProperty('satisfies');
  });

  test('each was judged by itself', () => {
    const reasons = entries.map(({ reason }) => reason.trim());
    const times = (reason: string) => reasons.filter((each) => each === reason).length;
    expect(reasons.filter((reason) => times(reason) > 3)).toEqual([]);
  });
});

describe('what is built', () => {
  test('is said to be', () => {
    for (const { id, built } of kept) expect(built === 'done', id).toBe(controls.has(id));
    for (const entry of entries)
      if (!('satisfies' in entry)) expect(controls.has(entry.id), entry.id).toBe(false);
  });

  test.each(kept.filter(({ built }) => built === 'done'))('is as written: $id', (entry) => {
    const control = controls.get(entry.id)!;
    expect(entry.severity).toBe(control.severity);
    expect(entry.subject).toBe(control.subject);
    expect(entry.satisfies).toEqual(control.satisfies);
    for (const fact of entry.facts) expect(known, fact).toContain(fact);
    expect(entry.facts.some((fact) => control.expect.includes(fact))).toBe(true);
  });
});

describe('links', () => {
  test.each(kept)('$id', (entry) => {
    for (const { framework, id, strength, element, rationale } of linksOf(entry)) {
      const requirement = requirements.get(`${framework} ${id}`);
      expect(requirement, `${framework} has ${id}`).toBeDefined();
      expect(requirement!.testability, `${id} is no heading`).not.toBe('rollup');
      if (strength === 'supporting') continue;
      if (requirement!.testability === 'manual') expect(rationale, `${id} is for people`).toBeDefined();
      const of = requirement!.elements?.find((each) => each.id === element);
      expect(of, `${id} has the element ${element}`).toBeDefined();
      expect(of!.kinds, `${id} ${element}`).toContain(entry.subject);
    }
  });

  test('decide an element of every automated requirement', () => {
    const deciding = kept.flatMap(linksOf).filter(({ strength }) => strength !== 'supporting');
    const decided = new Set(deciding.map(({ framework, id }) => `${framework} ${id}`));
    const automated = [...requirements].filter(([, { testability }]) => testability === 'automated');
    expect(automated.map(([key]) => key).filter((key) => !decided.has(key))).toEqual([]);
  });

  test('a requirement is linked once by a check', () => {
    for (const entry of kept) {
      const linked = linksOf(entry).map(({ framework, id }) => `${framework} ${id}`);
      expect(new Set(linked).size, entry.id).toBe(linked.length);
    }
  });

  test('fewer are left than were planned', () => {
    const now = kept.flatMap(linksOf);
    const partial = now.filter(({ strength }) => strength !== 'supporting').length;
    expect(partial).toBeLessThan(plan.links.partial + plan.links.full);
    expect(now.length).toBeLessThan(plan.links.full + plan.links.partial + plan.links.supporting);
  });
});
