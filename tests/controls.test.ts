import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { controlPaths, frameworkPaths } from '../src/cli/package-files.ts';
import { checkLinks } from '../src/config/check-links.ts';
import { parseFramework } from '../src/config/framework-file.ts';
import { facts } from '../src/facts/index.ts';
import type { FactSchema } from '../src/model/index.ts';
import { judge, library, observationsOf } from './control-cases.ts';

describe.each(library.map((one) => ({ id: one.loaded.source.control.id, ...one })))(
  '$id',
  ({ loaded, cases }) => {
    test.each(cases.satisfied)('is satisfied: $name', (one) => {
      const finding = judge(loaded, observationsOf(loaded, one), one.params);
      expect(finding, finding.message).toMatchObject({ reason: 'pass' });
    });

    test.each(cases.notSatisfied)('is not satisfied: $name', (one) => {
      const finding = judge(loaded, observationsOf(loaded, one), one.params);
      expect(finding, finding.message).toMatchObject({ reason: 'fail' });
      expect(finding.exceptions.map(({ item }) => item).sort()).toEqual([...one.exceptions].sort());
    });

    test.each(cases.unseen)('is not tested: $name', (one) => {
      const finding = judge(loaded, observationsOf(loaded, one), one.params);
      expect(finding, finding.message).toMatchObject({ reason: 'unseen' });
      if (one.items) {
        const items = finding.unseen.flatMap(({ item }) => (item === '' ? [] : item.split(', ')));
        expect([...new Set(items)].sort()).toEqual([...one.items].sort());
      }
    });

    test('is not applicable where its cases say so', () => {
      for (const one of cases.notApplicable) {
        expect(judge(loaded, observationsOf(loaded, one), one.params).reason, one.name).toBe(
          'not-applicable',
        );
      }
    });

    test('has cases of every kind that it can give', () => {
      const { empty, appliesWhen } = loaded.source.control;
      expect(cases.satisfied.length).toBeGreaterThan(0);
      expect(cases.notSatisfied.length).toBeGreaterThan(0);
      expect(cases.unseen.length).toBeGreaterThan(0);
      const canBeNotApplicable = empty === 'not-applicable' || appliesWhen !== undefined;
      expect(cases.notApplicable.length > 0).toBe(canBeNotApplicable);
    });

    test('tells what to do, and claims no more than it tests', () => {
      const { control } = loaded.source;
      expect(Object.keys(control.remediation).length).toBeGreaterThan(0);
      expect(control.proves).not.toBe('');
      expect(control.doesNotProve).not.toBe('');
      for (const param of Object.values(control.params)) expect(param.description ?? '').not.toBe('');
    });
  },
);

test('every case file belongs to a control', async () => {
  const known = new Set((await controlPaths()).map((path) => path.replace(/^controls\//, '')));
  const files = readdirSync('tests/controls', { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.yaml'));
  expect(files.filter((file) => !known.has(file))).toEqual([]);
});

test('every link names a requirement that exists and is no heading', async () => {
  const frameworks = (await frameworkPaths()).map((path) => parseFramework(path, readFileSync(path, 'utf8')));
  expect(() =>
    checkLinks(
      library.map(({ loaded }) => loaded.parsed),
      frameworks,
    ),
  ).not.toThrow();
});

test('no text of what is (not) proved serves more than three controls', () => {
  const times = new Map<string, number>();
  for (const { loaded } of library) {
    const { proves, doesNotProve } = loaded.source.control;
    for (const text of [proves, doesNotProve]) times.set(text, (times.get(text) ?? 0) + 1);
  }
  expect([...times].filter(([, count]) => count > 3)).toEqual([]);
});

describe('facts', () => {
  test.each(facts.map(({ name, subject, schema }) => ({ name, subject, schema })))(
    '$name is documented throughout',
    ({ schema }) => {
      expect(undocumented(schema, '')).toEqual([]);
    },
  );

  test('no name is used twice', () => {
    expect(new Set(facts.map(({ name }) => name)).size).toBe(facts.length);
  });
});

/** Pointers of fields without a description, and of lists of objects whose items nothing names. */
function undocumented(schema: FactSchema, pointer: string): readonly string[] {
  const own = schema.description.trim() === '' ? [pointer] : [];
  switch (schema.type) {
    case 'array': {
      const unnamed =
        schema.items.type === 'object' && (schema.itemKey ?? []).length === 0 ? [`${pointer} itemKey`] : [];
      return [...own, ...unnamed, ...undocumented(schema.items, `${pointer}/*`)];
    }
    case 'map':
      return [...own, ...undocumented(schema.values, `${pointer}/*`)];
    case 'object':
      return [
        ...own,
        ...Object.entries(schema.properties).flatMap(([key, child]) =>
          undocumented(child, `${pointer}/${key}`),
        ),
      ];
    default:
      return own;
  }
}
