import type { FactDefinition, FactRoot, FactSchema, ParamSpec } from '../model/index.ts';
import { celEnvironment, type Environment } from './cel.ts';

const timestamp = 'google.protobuf.Timestamp';

/** `tls.versions` is the fact `versions` of the CEL variable `tls`. */
export function splitFactName(name: string): readonly [folder: string, noun: string] {
  const dot = name.indexOf('.');
  return [name.slice(0, dot), name.slice(dot + 1)];
}

/**
 * The typed CEL environment in which an assertion is checked: each fact by name, `observed.<fact>` (the instant its
 * collection ended) and `params`.
 */
export function assertionEnvironment(
  facts: readonly FactDefinition[],
  params: Readonly<Record<string, ParamSpec>>,
): Environment {
  const env = factEnvironment(facts).clone();
  declareParams(env, params);
  return env;
}

let latest: { readonly facts: readonly FactDefinition[]; readonly env: Environment } | undefined;

/** Controls come by kind of subject, and declaring its facts takes longer than compiling one: the last is kept. */
function factEnvironment(facts: readonly FactDefinition[]): Environment {
  const same = latest?.facts.length === facts.length && facts.every((fact, at) => latest?.facts[at] === fact);
  if (latest === undefined || !same) latest = { facts, env: declareFacts(facts) };
  return latest.env;
}

function declareFacts(facts: readonly FactDefinition[]): Environment {
  const env = celEnvironment();
  const observed: Record<string, string> = {};
  for (const [folder, nouns] of byFolder(facts)) {
    const fields = Object.entries(nouns).map(([noun, schema]) => [
      noun,
      declare(env, pascal(folder) + pascal(noun), schema),
    ]);
    env.registerType(pascal(folder), { fields: Object.fromEntries(fields) });
    env.registerVariable(folder, pascal(folder));
    observed[folder] = `Observed${pascal(folder)}`;
    env.registerType(observed[folder], {
      fields: Object.fromEntries(Object.keys(nouns).map((noun) => [noun, timestamp])),
    });
  }
  env.registerType('Observed', { fields: observed });
  env.registerVariable('observed', 'Observed');
  return env;
}

/** The environment of `applies-when`: the subject as the user declared it, and `params`. */
export function applicabilityEnvironment(params: Readonly<Record<string, ParamSpec>>): Environment {
  const env = celEnvironment();
  env.registerType('Subject', {
    fields: {
      id: 'string',
      kind: 'string',
      scheme: 'string',
      host: 'string',
      tags: 'list<string>',
      environment: 'string',
    },
  });
  env.registerVariable('subject', 'Subject');
  declareParams(env, params);
  return env;
}

/** Lists and records of one subject's facts as CEL values, by what they were made from: each is made once. */
export type Hydrated = Map<object, unknown>;

/** JSON has no integers and no instants; CEL has both, and the schema says which is which. */
export function hydrate(schema: FactSchema, value: unknown, known: Hydrated): unknown {
  switch (schema.type) {
    case 'string':
      return schema.format === 'date-time' ? new Date(value as string) : value;
    case 'integer':
      return BigInt(value as number);
    case 'boolean':
      return value;
    case 'array':
    case 'map':
    case 'object': {
      const found = known.get(value as object) ?? hydrateContainer(schema, value as object, known);
      known.set(value as object, found);
      return found;
    }
  }
}

function hydrateContainer(schema: FactRoot, value: object, known: Hydrated): unknown {
  switch (schema.type) {
    case 'array':
      return (value as unknown[]).map((item) => hydrate(schema.items, item, known));
    case 'map':
      return mapValues(value, (_, item) => hydrate(schema.values, item, known));
    case 'object':
      return mapValues(value, (key, item) => {
        const property = schema.properties[key];
        return property ? hydrate(property, item, known) : undefined;
      });
  }
}

/** Parameters as CEL values. */
export function hydrateParams(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return mapValues(values, (_, value) => hydrateParam(value));
}

/** A parameter, or a member of one, as a CEL value: all its numbers are integers. */
export function hydrateParam(value: unknown): unknown {
  if (typeof value === 'number') return BigInt(value);
  return Array.isArray(value) ? value.map(hydrateParam) : value;
}

function declareParams(env: Environment, params: Readonly<Record<string, ParamSpec>>): void {
  const fields = Object.entries(params).map(([name, spec]) => [name, spec.type]);
  env.registerType('Params', { fields: Object.fromEntries(fields) });
  env.registerVariable('params', 'Params');
}

function byFolder(facts: readonly FactDefinition[]): Map<string, Record<string, FactRoot>> {
  const folders = new Map<string, Record<string, FactRoot>>();
  for (const fact of facts) {
    const [folder, noun] = splitFactName(fact.name);
    folders.set(folder, { ...folders.get(folder), [noun]: fact.schema });
  }
  return folders;
}

function declare(env: Environment, name: string, schema: FactSchema): string {
  switch (schema.type) {
    case 'string':
      return schema.format === 'date-time' ? timestamp : 'string';
    case 'integer':
      return 'int';
    case 'boolean':
      return 'bool';
    case 'array':
      return `list<${declare(env, `${name}Item`, schema.items)}>`;
    case 'map':
      return `map<string, ${declare(env, `${name}Value`, schema.values)}>`;
    case 'object': {
      const fields = Object.entries(schema.properties).map(([key, child]) => [
        key,
        declare(env, name + pascal(key), child),
      ]);
      env.registerType(name, { fields: Object.fromEntries(fields) });
      return name;
    }
  }
}

function mapValues(
  object: object,
  change: (key: string, value: unknown) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(key, value)]));
}

function pascal(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
