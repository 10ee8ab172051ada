import type { FactSchema, Json } from '../model/index.ts';
import { didYouMean } from './suggest.ts';
import type { YamlPath } from './yaml.ts';

/** What is wrong in a fact's value. */
export interface FactMistake {
  readonly path: YamlPath;
  /** Set where the key is wrong, and not its value. */
  readonly isKey?: true;
  readonly sentence: string;
}

const nouns = { array: 'a list', object: 'a mapping', map: 'a mapping', integer: 'a whole number' } as const;

/**
 * The first thing in a fact's value that its schema does not have.
 *
 * @param path of the value in its file
 */
export function factMistake(schema: FactSchema, value: Json, path: YamlPath): FactMistake | undefined {
  switch (schema.type) {
    case 'string':
      return textMistake(schema, value, path);
    case 'integer':
      return Number.isSafeInteger(value) ? undefined : wrong(nouns.integer, path);
    case 'boolean':
      return typeof value === 'boolean' ? undefined : wrong('true or false', path);
    case 'array':
      if (!Array.isArray(value)) return wrong(nouns.array, path);
      return first(value.map((item, index) => () => factMistake(schema.items, item, [...path, index])));
    case 'map':
      return recordMistake(value, path, schema.keys, () => schema.values);
    case 'object': {
      const known = Object.keys(schema.properties);
      return (
        recordMistake(value, path, known, (key) => schema.properties[key]) ??
        missingField(schema.properties, value as object, path)
      );
    }
  }
}

function wrong(expected: string, path: YamlPath): FactMistake {
  return { path, sentence: `expected ${expected}, got another value` };
}

function textMistake(
  schema: Extract<FactSchema, { type: 'string' }>,
  value: Json,
  path: YamlPath,
): FactMistake | undefined {
  if (typeof value !== 'string') return wrong('a text (in quotes, if it looks like something else)', path);
  if (schema.format === 'date-time' && !isTime(value))
    return wrong('a UTC time (2026-11-20T00:00:00.000Z)', path);
  if (schema.enum === undefined || schema.enum.includes(value)) return undefined;
  const meant = didYouMean(value, schema.enum);
  return { path, sentence: `expected one of ${schema.enum.join(', ')}, got "${value}"${meant}` };
}

const isTime = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/.test(text) && Number.isFinite(Date.parse(text));

function recordMistake(
  value: Json,
  path: YamlPath,
  known: readonly string[],
  schemaOf: (key: string) => FactSchema | undefined,
): FactMistake | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong(nouns.object, path);
  return first(
    Object.entries(value).map(([key, inner]) => () => {
      const schema = known.includes(key) ? schemaOf(key) : undefined;
      return schema ? factMistake(schema, inner, [...path, key]) : unknownKey(key, known, path);
    }),
  );
}

function unknownKey(key: string, known: readonly string[], path: YamlPath): FactMistake {
  const sentence = `expected a field of the fact, got "${key}"${didYouMean(key, known)}`;
  return { path: [...path, key], isKey: true, sentence };
}

function missingField(
  properties: Readonly<Record<string, FactSchema>>,
  value: object,
  path: YamlPath,
): FactMistake | undefined {
  const absent = Object.entries(properties).find(
    ([key, { presence = 'required' }]) => presence === 'required' && !Object.hasOwn(value, key),
  );
  return absent && { path, sentence: `expected the field "${absent[0]}", got none` };
}

function first(checks: readonly (() => FactMistake | undefined)[]): FactMistake | undefined {
  for (const check of checks) {
    const mistake = check();
    if (mistake) return mistake;
  }
  return undefined;
}
