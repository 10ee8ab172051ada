import { type JsonObject, subjectKinds } from '../model/index.ts';

type Members = Readonly<Record<string, JsonObject>>;

const text: JsonObject = { type: 'string' };
const names: JsonObject = { type: 'array', items: text, minItems: 1, uniqueItems: true };
const nested: JsonObject = { $ref: '#/$defs/schema' };

const sort = (type: string, required: Members, optional: Members = {}): JsonObject => ({
  type: 'object',
  required: ['type', 'description', ...Object.keys(required)],
  properties: {
    type: { const: type },
    description: text,
    dataClass: { enum: ['plain', 'account-identifier', 'personal-content'] },
    presence: { enum: ['required', 'optional', 'if-seen'] },
    ...required,
    ...optional,
  },
});

const factSchema: JsonObject = {
  type: 'object',
  discriminator: { propertyName: 'type' },
  oneOf: [
    sort('string', {}, { enum: names, format: { const: 'date-time' } }),
    sort('integer', {}),
    sort('boolean', {}),
    sort('array', { items: nested }, { itemKey: names }),
    sort('object', { properties: { type: 'object', additionalProperties: nested } }),
    sort('map', { keys: names, values: nested }),
  ],
};

/** The form of `data/schemas/<fact>.json`: a `FactDefinition`, down to its last field. */
export const factShape: JsonObject = {
  $defs: { schema: factSchema },
  type: 'object',
  required: ['name', 'subject', 'schema'],
  properties: {
    name: { type: 'string', pattern: '^[a-z][a-z0-9]*\\.[a-z][A-Za-z0-9]*$' },
    subject: { enum: subjectKinds },
    schema: {
      allOf: [nested, { type: 'object', properties: { type: { enum: ['array', 'object', 'map'] } } }],
    },
  },
};
