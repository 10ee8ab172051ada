import type { AnySchemaObject, ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import { tokensOf } from '../engine/json-pointer.ts';
import { AssayError } from '../model/index.ts';
import { ajvPackage } from './packages.ts';
import { didYouMean } from './suggest.ts';
import type { YamlPath, YamlSource } from './yaml.ts';
import { shownKey } from './yaml-syntax.ts';

const remedy = 'correct the file at this line and column; docs/configuration.md describes every key';

const typeNames: Readonly<Record<string, string>> = {
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping of keys to values',
  null: 'nothing',
};

/** What a schema asks for, as a noun: its `title`, its choices or its type. */
function nounOf(schema: AnySchemaObject): string {
  if (Array.isArray(schema['enum'])) return `one of ${schema['enum'].join(', ')}`;
  return schema['title'] ?? typeNames[schema['type']] ?? 'another value';
}

/** A value as an error may show it. Whatever could be a secret or floods the line is described instead. */
function shown(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value !== 'string') return String(value);
  if (value === '') return 'an empty text';
  return /^[\w .,:/()<>+*-]{1,80}$/.test(value) ? `"${value}"` : 'another text';
}

/** `targets[0].tls`, as people name places in YAML. */
function nameOf(path: YamlPath): string {
  const joined = path
    .map((segment) => (/^\d+$/.test(String(segment)) ? `[${segment}]` : `.${segment}`))
    .join('');
  return joined.replace(/^\./, '');
}

const inWords = (path: YamlPath): string => (path.length === 0 ? '' : ` in ${nameOf(path)}`);
const asSubject = (path: YamlPath): string => (path.length === 0 ? 'the file' : nameOf(path));

type Located = { readonly place: string; readonly sentence: string };

function unknownKey(error: ErrorObject, path: YamlPath, source: YamlSource): Located {
  const key: string = error.params['additionalProperty'];
  const known = Object.keys(error.parentSchema?.['properties'] ?? {});
  const got = error.parentSchema?.['writeOnly'] === true ? 'another one' : shownKey(key);
  const meant = didYouMean(key, known);
  const expected = meant === '' ? `one of the keys ${known.join(', ')}` : 'a known key';
  return {
    place: source.keyAt([...path, key]),
    sentence: `expected ${expected}${inWords(path)}, got ${got}${meant}`,
  };
}

function badKey(error: ErrorObject, path: YamlPath, source: YamlSource): Located {
  const key: string = error.params['propertyName'];
  const noun = nounOf(error.parentSchema?.['propertyNames'] ?? {});
  return {
    place: source.keyAt([...path, key]),
    sentence: `expected ${noun} as key${inWords(path)}, got ${shownKey(key)}`,
  };
}

function badValue(error: ErrorObject, path: YamlPath, source: YamlSource): Located {
  const schema = error.parentSchema ?? {};
  const choices: unknown[] = Array.isArray(schema['enum']) ? schema['enum'] : [];
  const meant = typeof error.data === 'string' ? didYouMean(error.data, choices.map(String)) : '';
  const isText = error.keyword === 'type' && typeof error.data === 'string';
  const got = isText ? 'a text' : schema['writeOnly'] === true ? 'another value' : shown(error.data);
  return {
    place: source.at(path),
    sentence: `expected ${asSubject(path)} to be ${nounOf(schema)}, got ${got}${meant}`,
  };
}

const sizes: Readonly<Record<string, readonly [side: string, unit: string]>> = {
  minItems: ['at least', 'items'],
  minProperties: ['at least', 'keys'],
  maxLength: ['at most', 'characters'],
};

function badSize(error: ErrorObject, path: YamlPath, source: YamlSource): Located {
  const [side, unit] = sizes[error.keyword] ?? ['', ''];
  const data: unknown = error.data;
  const got = typeof data === 'string' ? data.length : Object.keys(data ?? {}).length;
  const sentence = `expected ${side} ${error.params['limit']} ${unit}${inWords(path)}, got ${got}`;
  return { place: source.at(path), sentence };
}

function repeatedItem(error: ErrorObject, path: YamlPath, source: YamlSource): Located {
  const later = Math.max(error.params['i'], error.params['j']);
  return {
    place: source.at([...path, later]),
    sentence: `expected each item once${inWords(path)}, got one again`,
  };
}

function locate(error: ErrorObject, source: YamlSource): Located {
  const path = tokensOf(error.instancePath);
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownKey(error, path, source);
    case 'propertyNames':
      return badKey(error, path, source);
    case 'required':
      return {
        place: source.at(path),
        sentence: `expected the key "${error.params['missingProperty']}"${inWords(path)}, got none`,
      };
    case 'uniqueItems':
      return repeatedItem(error, path, source);
    case 'minItems':
    case 'minProperties':
    case 'maxLength':
      return badSize(error, path, source);
    default:
      return badValue(error, path, source);
  }
}

/** A misspelt key is also a missing one: the misspelling is what to say. Errors inside `propertyNames` repeat it. */
function mostTelling(errors: readonly ErrorObject[]): ErrorObject | undefined {
  const own = errors.filter(({ propertyName }) => propertyName === undefined);
  return own.find(({ keyword }) => keyword === 'additionalProperties') ?? own[0];
}

function schemaError(
  errors: readonly ErrorObject[],
  source: YamlSource,
  code: string,
  page: string | undefined,
): AssayError {
  const what = page === undefined ? remedy : `${remedy} (see ${page})`;
  const error = mostTelling(errors);
  if (error === undefined)
    return new AssayError(code, `${source.at([])} expected another shape`, { remedy: what });
  const schema = error.parentSchema ?? {};
  if (schema['writeOnly'] === true && schema['type'] === 'string' && schema['pattern'] !== undefined)
    return literalSecret(source.at(tokensOf(error.instancePath)), nounOf(schema));
  const { place, sentence } = locate(error, source);
  return new AssayError(code, `${place} ${sentence}`, { remedy: what });
}

/** The refusal of a secret written where only a reference to one may stand. */
function literalSecret(place: string, forms: string): AssayError {
  return new AssayError(
    'ERR_LITERAL_SECRET',
    `${place} expected a reference to a secret (${forms}), got a literal value`,
    {
      remedy:
        'put the secret into an environment variable or a file that only you can read, and change it: it was stored in the clear',
    },
  );
}

function compile(schema: AnySchemaObject): ValidateFunction {
  const { Ajv2020 } = ajvPackage();
  return new Ajv2020({ allErrors: true, verbose: true, strict: true }).compile(schema);
}

/**
 * A check of a file's shape against a JSON Schema (2020-12), compiled at first use. Titles of sub-schemas are the
 * nouns of its messages; `writeOnly` marks what a message must never show.
 *
 * @throws AssayError `code`: `file:line:column expected …, got …`; ERR_LITERAL_SECRET for a `writeOnly` text with a pattern: a reference.
 */
export function shapeCheck<T>(
  schema: AnySchemaObject,
  code: string,
  page?: string,
): (source: YamlSource) => T {
  let validate: ValidateFunction | undefined;
  return (source) => {
    validate ??= compile(schema);
    if (!validate(source.value)) throw schemaError(validate.errors ?? [], source, code, page);
    return source.value as T;
  };
}
