import { describe, expect, test } from 'vitest';
import { misshape } from '../../src/bundle/shapes.ts';
import { facts } from '../../src/facts/index.ts';
import type { Json } from '../../src/model/index.ts';
import { inputs } from './fixture.ts';

const { run, scope } = inputs();

describe('instants', () => {
  test.each(['2024-02-29T23:59:59.999Z', '1970-01-01T00:00:00.000Z'])('%s is one', (startedAt) => {
    expect(misshape('run', { ...run, startedAt })).toBeUndefined();
  });

  test.each([
    '9999-99-99T99:99:99.999Z',
    '2026-02-29T00:00:00.000Z',
    '2026-04-31T00:00:00.000Z',
    '2026-11-20T24:00:00.000Z',
    '2026-11-20T02:00:60.000Z',
    '+010000-01-01T00:00:00.000Z',
    '2026-11-20T02:00:00Z',
    '2026-11-20',
    '',
  ])('"%s" is none', (startedAt) => {
    expect(misshape('run', { ...run, startedAt })).toMatch(/^\/startedAt /);
  });
});

test.each([1e18, -1441, 1441, 0.5])('%d minutes are no offset of local time', (utcOffsetMinutes) => {
  expect(misshape('run', { ...run, utcOffsetMinutes })).toMatch(/^\/utcOffsetMinutes /);
});

test.each(['', 'a b', 'a\u001b[2J', 'zwei\u00ad', 'x'.repeat(201)])('%j is no id of a subject', (id) => {
  const [first, ...rest] = scope.subjects;
  expect(misshape('scope', { ...scope, subjects: [{ ...first, id }, ...rest] })).toMatch(
    /^\/subjects\/0\/id /,
  );
});

describe('targets that were left out', () => {
  const old = { id: 'old', locator: 'https://old.example:443', tags: ['office'] };

  test('may be in the scope', () => {
    expect(misshape('scope', { ...scope, leftOut: [old] })).toBeUndefined();
  });

  test.each<[string, unknown]>([
    ['a bare id', 'old'],
    ['no tags', { ...old, tags: undefined }],
    ['a locator that is none', { ...old, locator: 443 }],
  ])('not as %s', (_, one) => {
    const leftOut = JSON.parse(JSON.stringify([one]));
    expect(misshape('scope', { ...scope, leftOut })).toMatch(/^\/leftOut\/0/);
  });
});

describe('the schema of a fact', () => {
  const described = { description: 'x' };
  const factOf = (schema: Json): unknown => ({ name: 'tls.versions', subject: 'tls-endpoint', schema });

  test.each(facts.map((fact) => [fact.name, fact] as const))('%s is one', (_, fact) => {
    expect(misshape('fact', JSON.parse(JSON.stringify(fact)))).toBeUndefined();
  });

  test.each<[string, Json]>([
    ['an object without properties', { ...described, type: 'object' }],
    ['an object of another sort', { ...described, type: 'object', properties: [] }],
    ['a map without keys', { ...described, type: 'map', values: { ...described, type: 'string' } }],
    ['a map with no key', { ...described, type: 'map', keys: [], values: { ...described, type: 'string' } }],
    ['a list of nothing', { ...described, type: 'array' }],
    ['a sort that there is not', { ...described, type: 'number' }],
    ['no sort', described],
    ['text', 'x'],
    ['a scalar as the whole fact', { ...described, type: 'string' }],
    ['no description', { type: 'array', items: { ...described, type: 'string' } }],
    [
      'an empty choice, far inside',
      {
        ...{ ...described, type: 'array' },
        items: {
          ...described,
          type: 'object',
          properties: { a: { ...described, type: 'string', enum: [] } },
        },
      },
    ],
    [
      'another format',
      { ...described, type: 'array', items: { ...described, type: 'string', format: 'date' } },
    ],
    [
      'another presence',
      { ...described, type: 'array', items: { ...described, type: 'string', presence: 'never' } },
    ],
  ])('is not %s', (_, schema) => {
    expect(misshape('fact', factOf(schema))).toMatch(/^\/schema/);
  });

  test.each(['versions', 'tls.', '.versions', 'tls.versions.more', 'TLS.versions', 'tls.\u001b'])(
    '"%s" is no name of a fact',
    (name) => {
      const schema = { ...described, type: 'object', properties: {} };
      expect(misshape('fact', { ...(factOf(schema) as object), name })).toMatch(/^\/name /);
    },
  );
});
