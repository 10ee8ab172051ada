import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { FactDefinition, FactSchema, Json, JsonObject } from '../model/index.ts';

/** The JSON Schema (2020-12) of a fact, with assay's own annotations under `x-`. */
function factJsonSchema(schema: FactSchema): JsonObject {
  const described = {
    description: schema.description,
    ...(schema.dataClass ? { 'x-data-class': schema.dataClass } : {}),
    ...(schema.presence ? { 'x-presence': schema.presence } : {}),
  };
  switch (schema.type) {
    case 'string':
      return {
        ...described,
        type: 'string',
        ...(schema.enum ? { enum: schema.enum } : {}),
        ...(schema.format ? { format: 'instant' } : {}),
      };
    case 'integer':
    case 'boolean':
      return { ...described, type: schema.type };
    case 'array':
      return {
        ...described,
        type: 'array',
        items: factJsonSchema(schema.items),
        ...(schema.itemKey ? { 'x-item-key': schema.itemKey } : {}),
      };
    case 'map':
      return {
        ...described,
        type: 'object',
        propertyNames: { enum: schema.keys },
        additionalProperties: factJsonSchema(schema.values),
      };
    case 'object':
      return { ...described, ...recordKeywords(schema.properties) };
  }
}

function recordKeywords(properties: Readonly<Record<string, FactSchema>>): JsonObject {
  const entries = Object.entries(properties);
  return {
    type: 'object',
    properties: Object.fromEntries(entries.map(([key, child]) => [key, factJsonSchema(child)])),
    required: entries
      .filter(([, child]) => (child.presence ?? 'required') === 'required')
      .map(([key]) => key),
    additionalProperties: false,
  };
}

/** UTC, RFC 3339, of a day and time that exist. */
export function isInstant(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/.test(text)) return false;
  const timeMs = Date.parse(text);
  return !Number.isNaN(timeMs) && new Date(timeMs).toISOString().slice(0, 19) === text.slice(0, 19);
}

/** Says what is wrong with a fact's value, or undefined when its shape is right. */
export type FactValidator = (value: Json) => string | undefined;

/** One validator for each fact, compiled at first use. */
export function factValidators(facts: readonly FactDefinition[]): (fact: string) => FactValidator {
  const ajv = new Ajv2020({
    strict: true,
    validateSchema: false,
    keywords: ['x-data-class', 'x-presence', 'x-item-key'],
    formats: { instant: isInstant },
  });
  const compiled = new Map<string, ValidateFunction>();
  const definitions = new Map(facts.map((fact) => [fact.name, fact]));
  return (name) => (value) => {
    const definition = definitions.get(name);
    if (!definition) return `expected a known fact, got ${name}`;
    const validate = compiled.get(name) ?? ajv.compile(factJsonSchema(definition.schema));
    compiled.set(name, validate);
    if (validate(value)) return undefined;
    const [error] = validate.errors ?? [];
    return `expected ${name}${error?.instancePath ?? ''} to be of its schema, got one that ${error?.message ?? 'is not'}`;
  };
}
