import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseFramework } from '../src/config/framework-file.ts';

const counts = {
  gdpr: { assessable: 182, automated: 5, assisted: 45, manual: 132, headings: 35 },
  hipaa: { assessable: 159, automated: 18, assisted: 54, manual: 87, headings: 9 },
  'pci-dss-4.0.1': { assessable: 280, automated: 76, assisted: 93, manual: 111, headings: 86 },
  'soc2-2017': { assessable: 386, automated: 46, assisted: 149, manual: 191, headings: 20 },
};

const trees = readdirSync('controls/frameworks')
  .sort()
  .map((name) => parseFramework(name, readFileSync(`controls/frameworks/${name}`, 'utf8')));

test('the four frameworks are there, each in the file of its name', () => {
  expect(trees.map(({ id }) => id)).toEqual(Object.keys(counts));
  expect(readdirSync('controls/frameworks').sort()).toEqual(Object.keys(counts).map((id) => `${id}.yaml`));
});

describe.each(trees)('$id', ({ id, requirements }) => {
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
