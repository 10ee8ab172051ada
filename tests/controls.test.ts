import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { controlPaths } from '../src/cli/package-files.ts';
import { checkLinks } from '../src/config/check-links.ts';
import { runCases } from '../src/config/run-cases.ts';
import { facts } from '../src/facts/index.ts';
import type { FactSchema } from '../src/model/index.ts';
import { knowledge, library } from './control-cases.ts';
import { trees } from './trees.ts';

describe.each(library.map((one) => ({ id: one.loaded.source.control.id, ...one })))(
  '$id',
  ({ loaded, file }) => {
    test('gets in every case the verdict that it must get', () => {
      const failures = runCases(loaded, file, knowledge);
      expect(failures.map(({ place, sentence }) => `${place} ${sentence}`)).toEqual([]);
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

test('every link names a requirement and an element of it that is decided on its kind of subject', () => {
  expect(() =>
    checkLinks(
      library.map(({ loaded }) => loaded.parsed),
      trees,
    ),
  ).not.toThrow();
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
