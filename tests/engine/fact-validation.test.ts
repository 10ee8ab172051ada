import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { factValidators, isInstant } from '../../src/engine/fact-validation.ts';
import type { FactRoot, FactSchema, Json, JsonObject } from '../../src/model/index.ts';

const description = 'anything';

/** The same as JSON Schema (2020-12), for a validator that others wrote. */
function jsonSchema(schema: FactSchema): JsonObject {
  switch (schema.type) {
    case 'string':
      return {
        type: 'string',
        ...(schema.enum ? { enum: schema.enum } : {}),
        ...(schema.format ? { format: 'instant' } : {}),
      };
    case 'integer':
    case 'boolean':
      return { type: schema.type };
    case 'array':
      return { type: 'array', items: jsonSchema(schema.items) };
    case 'map':
      return {
        type: 'object',
        propertyNames: { enum: schema.keys },
        additionalProperties: jsonSchema(schema.values),
      };
    case 'object': {
      const entries = Object.entries(schema.properties);
      return {
        type: 'object',
        properties: Object.fromEntries(entries.map(([key, child]) => [key, jsonSchema(child)])),
        required: entries
          .filter(([, { presence }]) => (presence ?? 'required') === 'required')
          .map(([key]) => key),
        additionalProperties: false,
      };
    }
  }
}

function faultOf(validate: ValidateFunction, value: Json): string | undefined {
  if (validate(value)) return undefined;
  const [error] = validate.errors ?? [];
  return `expected test.fact${error?.instancePath} to be of its schema, got one that ${error?.message}`;
}

const names = ['a', 'b/c', '~d', 'e'] as const;
const name = fc.constantFrom(...names);
const someNames = fc.uniqueArray(name, { minLength: 1 });
const presence = fc.constantFrom('required' as const, 'optional' as const, 'if-seen' as const);

const { root } = fc.letrec<{ schema: FactSchema; root: FactRoot }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<FactSchema>(
      { type: 'string', description },
      { type: 'string', description, format: 'date-time' },
      { type: 'string', description, enum: ['x', 'y'] },
      { type: 'integer', description },
      { type: 'boolean', description },
    ),
    tie('root'),
  ),
  root: fc.oneof(
    tie('schema').map((items): FactRoot => ({ type: 'array', description, items })),
    fc
      .tuple(someNames, tie('schema'))
      .map(([keys, values]): FactRoot => ({ type: 'map', description, keys, values })),
    fc.dictionary(name, fc.tuple(tie('schema'), presence)).map(
      (fields): FactRoot => ({
        type: 'object',
        description,
        properties: Object.fromEntries(
          Object.entries(fields).map(([key, [child, given]]) => [key, { ...child, presence: given }]),
        ),
      }),
    ),
  ),
}));

const anything: fc.Arbitrary<Json> = fc.constantFrom<Json[]>(
  null,
  '',
  'x',
  1,
  1.5,
  true,
  [],
  ['x'],
  {},
  { a: 1 },
);

/** Values of the schema, and now and then another in their place. */
function jsonOf(schema: FactSchema): fc.Arbitrary<Json> {
  return fc.oneof({ weight: 12, arbitrary: rightValue(schema) }, { weight: 1, arbitrary: anything });
}

function rightValue(schema: FactSchema): fc.Arbitrary<Json> {
  switch (schema.type) {
    case 'string':
      if (schema.format)
        return fc.constantFrom('2026-02-28T00:00:00.000Z', '2026-02-29T00:00:00.000Z', '2026');
      return fc.constantFrom(...(schema.enum ?? ['x', 'other']), 'z');
    case 'integer':
      return fc.integer();
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(jsonOf(schema.items), { maxLength: 3 });
    case 'map':
      return fc.dictionary(name, jsonOf(schema.values), { maxKeys: 3 });
    case 'object':
      return fc
        .record(
          Object.fromEntries([
            ...Object.entries(schema.properties).map(([key, child]) => [key, jsonOf(child)] as const),
            ['extra', fc.constant<Json | undefined>(undefined)] as const,
          ]),
          { requiredKeys: Object.keys(schema.properties).slice(0, 3) },
        )
        .map((value) => JSON.parse(JSON.stringify(value)) as Json);
  }
}

test('says of any value of any schema what ajv says, in the same words', () => {
  const ajv = new Ajv2020({ strict: true, formats: { instant: isInstant } });
  let right = 0;
  let wrong = 0;
  fc.assert(
    fc.property(
      root.chain((schema) => fc.tuple(fc.constant(schema), fc.array(jsonOf(schema), { minLength: 1 }))),
      ([schema, values]) => {
        const validate = factValidators([{ name: 'test.fact', subject: 'tls-endpoint', schema }])(
          'test.fact',
        );
        const compiled = ajv.compile(jsonSchema(schema));
        for (const value of values) {
          const fault = faultOf(compiled, value);
          expect(validate(value)).toBe(fault);
          if (fault === undefined) right += 1;
          else wrong += 1;
        }
      },
    ),
    { numRuns: 500 },
  );
  expect(right).toBeGreaterThan(100);
  expect(wrong).toBeGreaterThan(100);
});

test('says where a fault is, as a JSON pointer', () => {
  const schema: FactRoot = {
    type: 'array',
    description,
    items: { type: 'object', description, properties: { 'a/b': { type: 'integer', description } } },
  };
  const validate = factValidators([{ name: 'test.fact', subject: 'tls-endpoint', schema }])('test.fact');
  expect(validate([{ 'a/b': 1 }, { 'a/b': 'x' }])).toBe(
    'expected test.fact/1/a~1b to be of its schema, got one that must be integer',
  );
});
