import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { elementsPath } from '../src/cli/package-files.ts';
import { elementKinds } from '../src/config/element-kinds.ts';
import { parseElements } from '../src/config/elements-file.ts';
import { outsideOf } from '../src/engine/requirement-state.ts';
import { subjectKinds } from '../src/model/index.ts';
import { readDocument, tableBelow } from './documents.ts';
import { trees } from './trees.ts';

const counts = {
  gdpr: { assessable: 182, automated: 4, assisted: 46, manual: 132, headings: 35 },
  hipaa: { assessable: 159, automated: 18, assisted: 54, manual: 87, headings: 9 },
  'pci-dss-4.0.1': { assessable: 280, automated: 74, assisted: 94, manual: 112, headings: 86 },
  'soc2-2017': { assessable: 386, automated: 36, assisted: 159, manual: 191, headings: 20 },
};

/** The requirements that an audit in this role is asked for; without a role all. */
function askedOf(framework: string, role?: string): readonly string[] {
  const audit = { framework, boundaryTags: [], ...(role === undefined ? {} : { role }) };
  return trees
    .find(({ id }) => id === framework)!
    .requirements.filter((each) => each.testability !== 'rollup' && outsideOf(audit, each) !== 'role')
    .map(({ id }) => id);
}

const common = parseElements(elementsPath, readFileSync(elementsPath, 'utf8'));

test('the four frameworks are there, each in the file of its name', () => {
  expect(trees.map(({ id }) => id)).toEqual(Object.keys(counts));
  const names = [...Object.keys(counts), 'elements'].sort();
  expect(readdirSync('controls/frameworks').sort()).toEqual(names.map((id) => `${id}.yaml`));
});

describe.each(trees)('$id', ({ id, roles = [], requirements, categories = [], leftOut, doubts }) => {
  test('is complete', () => {
    const of = (testability: string) =>
      requirements.filter((each) => each.testability === testability).length;
    expect({
      assessable: requirements.length - of('rollup'),
      automated: of('automated'),
      assisted: of('assisted'),
      manual: of('manual'),
      headings: of('rollup'),
    }).toEqual(counts[id as keyof typeof counts]);
  });
  test('is a forest: unique ids, every parent there, no circle', () => {
    const parents = new Map(requirements.map((each) => [each.id, each.parent]));
    expect(parents.size).toBe(requirements.length);
    for (const { id: start } of requirements) {
      const passed = new Set<string>();
      for (let at: string | null = start; at !== null; at = parents.get(at) ?? null) {
        expect(parents.has(at), `${start}: ${at} is not there`).toBe(true);
        expect(passed.has(at), `${start}: ${at} is above itself`).toBe(false);
        passed.add(at);
      }
    }
  });
  test('says what a person has to add, except at headings', () => {
    for (const each of requirements)
      expect(each.evidence === undefined, each.id).toBe(each.testability === 'rollup');
  });
  test('says what decides every automated requirement, and of nothing that only people decide', () => {
    for (const each of requirements) {
      if (each.testability === 'automated') expect(each.elements?.length, each.id).toBeGreaterThan(0);
      if (each.testability === 'manual') expect(each.elements, each.id).toBeUndefined();
    }
  });
  test('has an element for people wherever an automated requirement asks for a document', () => {
    for (const { id: requirement, testability, evidence = '', elements = [] } of requirements) {
      if (testability !== 'automated' || !/document: (procedure|.*report|yearly)/.test(evidence)) continue;
      const shown = elements.some(({ kinds }) => kinds.includes('document'));
      expect(shown, requirement).toBe(true);
    }
  });
  test('has elements of the common list, on kinds of it that are not repeated', () => {
    for (const element of requirements.flatMap(({ elements = [] }) => elements)) {
      expect(common.get(element.id)?.title, element.id).toBe(element.title);
      for (const kind of element.kinds) expect(common.get(element.id)?.kinds, element.id).toContain(kind);
      expect(new Set(element.kinds).size).toBe(element.kinds.length);
    }
  });
  test('says what is left out and what is in doubt', () => {
    expect(leftOut?.length).toBeGreaterThan(0);
    expect(doubts?.length).toBeGreaterThan(0);
  });
  test('has something in every category', () => {
    const used = new Set(requirements.flatMap(({ category }) => category ?? []));
    expect([...used].sort()).toEqual([...categories].sort());
  });
  test('has roles that make a difference: each is asked for something else, all together for everything', () => {
    const asked = roles.map((role) => askedOf(id, role));
    expect(new Set(asked.map((ids) => ids.join(' '))).size).toBe(roles.length);
    const everything = askedOf(id);
    for (const ids of asked)
      if (roles.length > 1) expect(ids.length).toBeLessThan(everything.length);
      else expect(ids).toEqual(everything);
    expect(new Set(asked.flat())).toEqual(new Set(everything));
  });
  test('has headings with something under them', () => {
    const parents = new Set(requirements.map(({ parent }) => parent));
    for (const each of requirements)
      if (each.testability === 'rollup') expect(parents.has(each.id), each.id).toBe(true);
  });
  test('has aliases that are no ids', () => {
    const ids = new Set(requirements.map((each) => each.id));
    for (const alias of requirements.flatMap(({ aliases = [] }) => aliases))
      expect(ids.has(alias), alias).toBe(false);
  });
});

test('SOC 2 has 61 criteria and 325 points of focus, each under its criterion', () => {
  const { requirements } = trees.find(({ id }) => id === 'soc2-2017')!;
  const criteria = new Set(requirements.filter(({ kind }) => kind === 'criterion').map(({ id }) => id));
  const points = requirements.filter(({ kind }) => kind === 'point-of-focus');
  expect([criteria.size, points.length]).toEqual([61, 325]);
  for (const { id, parent, numbering } of points)
    expect([id, criteria.has(parent ?? ''), numbering]).toEqual([id, true, 'ordinal']);
});

test('SOC 2: the common criteria are in every audit, each other one belongs to its category', () => {
  const { requirements } = trees.find(({ id }) => id === 'soc2-2017')!;
  const letters = { A: 'availability', C: 'confidentiality', PI: 'processing-integrity', P: 'privacy' };
  for (const { id, category } of requirements) {
    const letter = /^[A-Z]+/.exec(id)?.[0] ?? '';
    expect(category, id).toBe(new Map(Object.entries(letters)).get(letter));
  }
});

describe('HIPAA: who is asked', () => {
  const of = (ids: readonly string[], section: string): readonly string[] =>
    ids.filter((id) => id.startsWith(section));
  const all = askedOf('hipaa');
  const coveredEntity = askedOf('hipaa', 'covered-entity');
  const businessAssociate = askedOf('hipaa', 'business-associate');

  test('of 159, a covered entity 151 and a business associate 112', () => {
    expect([all.length, coveredEntity.length, businessAssociate.length]).toEqual([159, 151, 112]);
  });

  test.each([
    ...['164.404(a)(1)', '164.404', '164.406', '164.408', '164.414(a)'],
    ...['164.520', '164.522', '164.524(a)', '164.524(b)', '164.526', '164.530'],
    ...['164.308(b)(1)', '164.314(b)'],
  ])('%s: covered entities', (section) => {
    expect(of(all, section)).not.toEqual([]);
    expect(of(coveredEntity, section)).toEqual(of(all, section));
    expect(of(businessAssociate, section)).toEqual([]);
  });

  test.each(['164.410', '164.502(a)(3)', '164.308(b)(2)', '164.314(a)(2)(iii)'])(
    '%s: business associates',
    (section) => {
      expect(of(all, section)).not.toEqual([]);
      expect(of(businessAssociate, section)).toEqual(of(all, section));
      expect(of(coveredEntity, section)).toEqual([]);
    },
  );

  test.each([
    ...['164.306', '164.308(a)', '164.308(b)(3)', '164.310', '164.312', '164.314(a)(1)', '164.316'],
    ...['164.314(a)(2)(i)(', '164.314(a)(2)(ii)'],
    ...['164.402', '164.412', '164.414(b)', '164.502(b)', '164.502(e)', '164.504(e)', '164.514'],
    ...['164.524(c)', '164.528'],
  ])('%s: both', (section) => {
    expect(of(all, section)).not.toEqual([]);
    expect(of(coveredEntity, section)).toEqual(of(all, section));
    expect(of(businessAssociate, section)).toEqual(of(all, section));
  });
});

describe('elements', () => {
  test('have ids in kebab-case, a title and known kinds, and belong to a tree', () => {
    const used = new Set(
      trees.flatMap(({ requirements }) =>
        requirements.flatMap(({ elements = [] }) => elements.map((each) => each.id)),
      ),
    );
    for (const { id, title, kinds } of common.values()) {
      expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(title).toMatch(/^[A-Z].*[^.]$/);
      for (const kind of kinds) expect(elementKinds, id).toContain(kind);
      expect(used.has(id), id).toBe(true);
    }
    expect(elementKinds).toEqual(expect.arrayContaining([...subjectKinds]));
  });

  const elementsOf = (framework: string, id: string): Record<string, readonly string[]> => {
    const tree = trees.find((each) => each.id === framework)!;
    const { elements = [] } = tree.requirements.find((each) => each.id === id)!;
    return Object.fromEntries(elements.map((each) => [each.id, each.kinds]));
  };

  test('PCI DSS 4.2.1: everything that makes a channel trustworthy, and of certificates all but the inventory', () => {
    const elements = elementsOf('pci-dss-4.0.1', '4.2.1');
    expect(Object.keys(elements).sort()).toEqual([
      'certificate-names',
      'certificate-revocation',
      'certificate-strength',
      'certificate-trust',
      'certificate-validity',
      'cipher-suites',
      'cleartext-services',
      'database-connections',
      'key-exchange',
      'known-protocol-flaws',
      'mail-connections',
      'protocol-versions',
      'web-connections',
    ]);
    expect(elements['protocol-versions']).toEqual(['tls-endpoint', 'postgres-server', 'mysql-server']);
    expect(elementsOf('pci-dss-4.0.1', '4.2.1.1')).toEqual({ 'certificate-inventory': ['organisation'] });
  });

  test('PCI DSS 8.3.4: lockout, wherever people log in', () => {
    expect(elementsOf('pci-dss-4.0.1', '8.3.4')).toEqual({
      lockout: ['postgres-server', 'mysql-server', 'http-api', 'token-issuer', 'host'],
    });
  });

  test('PCI DSS 10.2.1: logs are on everywhere; what they record is asked for below it', () => {
    expect(Object.keys(elementsOf('pci-dss-4.0.1', '10.2.1'))).toEqual([
      'log-source-coverage',
      'audit-logging-active',
    ]);
    expect(elementsOf('pci-dss-4.0.1', '10.2.1.4')).toHaveProperty('log-in-events');
  });

  test('HIPAA 164.312(e)(1): every channel; several factors are nowhere required', () => {
    const elements = elementsOf('hipaa', '164.312(e)(1)');
    expect(elements['database-connections']).toEqual(['postgres-server', 'mysql-server']);
    expect(elements['protocol-versions']).toContain('ssh-server');
    expect(Object.keys(elementsOf('hipaa', '164.312(d)')).join()).not.toContain('multi-factor');
  });

  test('SOC 2 CC6.7: transmission, movement on media and out of the network, each at its point of focus', () => {
    expect(elementsOf('soc2-2017', 'CC6.7')).toEqual({});
    expect(Object.keys(elementsOf('soc2-2017', 'CC6.7.1'))).toEqual(['outbound-rules']);
    expect(Object.keys(elementsOf('soc2-2017', 'CC6.7.2'))).toEqual(
      expect.arrayContaining(['protocol-versions', 'database-connections']),
    );
    expect(Object.keys(elementsOf('soc2-2017', 'CC6.7.3'))).toEqual(['removable-media']);
  });

  test('GDPR Art. 32(1)(a): pseudonymisation, both encryptions, and the judgement that they fit the risk', () => {
    const elements = elementsOf('gdpr', 'Art.32(1)(a)');
    expect(Object.keys(elements)).toEqual(
      expect.arrayContaining(['pseudonymisation', 'encryption-at-rest', 'database-connections']),
    );
    expect(elements['risk-appropriate']).toEqual(['document']);
  });
});

describe('docs/frameworks.md', () => {
  const page = readDocument('docs/frameworks.md');

  test('has the counts, roles and categories of the trees', () => {
    expect(tableBelow(page, '# Frameworks').map((row) => row.map((cell) => cell.split(' (')[0]))).toEqual(
      Object.entries(counts).map(([id, { assessable, automated, assisted, manual, headings }]) => [
        id,
        ...[assessable, automated, assisted, manual, headings].map(String),
      ]),
    );
    const named = (cell = ''): readonly string[] =>
      [...cell.matchAll(/`?([a-z-]+)`?(?:, |;|$)/g)].map(([, name = '']) => name);
    for (const [id, roles, categories] of tableBelow(page, '## Roles and categories')) {
      const tree = trees.find((each) => each.id === id)!;
      expect(named(roles)).toEqual(tree.roles);
      expect(named(categories?.split(';')[0])).toEqual(tree.categories ?? []);
    }
  });

  test('names every kind', () => {
    const sentence = /^The kinds are ([^.]*)\./m.exec(page)?.[1] ?? '';
    const kinds = [...sentence.matchAll(/`([a-z-]+)`/g)].map(([, kind]) => kind);
    expect(kinds.sort()).toEqual([...elementKinds].sort());
  });
});
