import type { FactDefinition, FactSchema, Json } from '../model/index.ts';
import { appendToken } from './json-pointer.ts';

/** UTC, RFC 3339, of a day and time that exist. */
export function isInstant(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/.test(text)) return false;
  const timeMs = Date.parse(text);
  return !Number.isNaN(timeMs) && new Date(timeMs).toISOString().slice(0, 19) === text.slice(0, 19);
}

/** Says what is wrong with a fact's value, or undefined when its shape is right. */
export type FactValidator = (value: Json) => string | undefined;

/** One validator for each fact, made at first use. */
export function factValidators(facts: readonly FactDefinition[]): (fact: string) => FactValidator {
  const checks = new Map<string, Check>();
  const definitions = new Map(facts.map((fact) => [fact.name, fact]));
  return (name) => (value) => {
    const definition = definitions.get(name);
    if (!definition) return `expected a known fact, got ${name}`;
    const check = checks.get(name) ?? checkOf(definition.schema);
    checks.set(name, check);
    const fault = check(value);
    return fault && `expected ${name}${fault.pointer} to be of its schema, got one that ${fault.what}`;
  };
}

/** The first thing that is wrong with a value: where, and what, in the words of JSON Schema's validators. */
interface Fault {
  readonly pointer: string;
  readonly what: string;
}

type Check = (value: Json | undefined) => Fault | undefined;

/** A walk of our own: a JSON Schema compiler takes longer to load and to compile than a small scan takes to judge. */
function checkOf(schema: FactSchema): Check {
  switch (schema.type) {
    case 'string':
      return textCheck(schema);
    case 'integer':
      return (value) => (Number.isInteger(value) ? undefined : wrong('must be integer'));
    case 'boolean':
      return (value) => (typeof value === 'boolean' ? undefined : wrong('must be boolean'));
    case 'array':
      return listCheck(checkOf(schema.items));
    case 'map':
      return mapCheck(new Set(schema.keys), checkOf(schema.values));
    case 'object':
      return recordCheck(schema.properties);
  }
}

const wrong = (what: string): Fault => ({ pointer: '', what });

function textCheck({ enum: allowed, format }: Extract<FactSchema, { type: 'string' }>): Check {
  const texts = allowed && new Set(allowed);
  return (value) => {
    if (typeof value !== 'string') return wrong('must be string');
    if (format !== undefined && !isInstant(value)) return wrong('must match format "instant"');
    return texts === undefined || texts.has(value) ? undefined : wrong(notAllowed);
  };
}

const notAllowed = 'must be equal to one of the allowed values';

function listCheck(item: Check): Check {
  return (value) => {
    if (!Array.isArray(value)) return wrong('must be array');
    for (let at = 0; at < value.length; at += 1) {
      const fault = item(value[at]);
      if (fault !== undefined) return below(String(at), fault);
    }
    return undefined;
  };
}

function mapCheck(keys: ReadonlySet<string>, member: Check): Check {
  return (value) => {
    if (!isRecord(value)) return wrong('must be object');
    for (const key of Object.keys(value)) if (!keys.has(key)) return wrong(notAllowed);
    return firstFault(value, Object.keys(value), () => member);
  };
}

function recordCheck(properties: Readonly<Record<string, FactSchema>>): Check {
  const checks = new Map(Object.entries(properties).map(([key, child]) => [key, checkOf(child)]));
  const keys = [...checks.keys()];
  const required = keys.filter((key) => (properties[key]?.presence ?? 'required') === 'required');
  return (value) => {
    if (!isRecord(value)) return wrong('must be object');
    for (const key of required)
      if (value[key] === undefined) return wrong(`must have required property '${key}'`);
    for (const key of Object.keys(value))
      if (!checks.has(key)) return wrong('must NOT have additional properties');
    return firstFault(value, keys, (key) => (value[key] === undefined ? undefined : checks.get(key)));
  };
}

function firstFault(
  value: Readonly<Record<string, Json>>,
  keys: readonly string[],
  checkFor: (key: string) => Check | undefined,
): Fault | undefined {
  for (const key of keys) {
    const fault = checkFor(key)?.(value[key]);
    if (fault !== undefined) return below(key, fault);
  }
  return undefined;
}

function below(key: string, { pointer, what }: Fault): Fault {
  return { pointer: appendToken('', key) + pointer, what };
}

function isRecord(value: Json | undefined): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
