import { sampleOf } from '../engine/sample.ts';
import type { FactDefinition, FactSchema, Json } from '../model/index.ts';

/** A working assertion to begin with, and what it holds and breaks for. */
export interface Starter {
  readonly fact: string;
  readonly expect: string;
  readonly holds: Json;
  readonly breaks: Json;
  /** The item that is reported where it breaks. */
  readonly item: string;
}

/** The simplest assertion that can be made over any of the facts: the one with the shortest value. */
export function starterOf(facts: readonly FactDefinition[]): Starter | undefined {
  const starters = facts.flatMap(({ name, schema }) => {
    const built = build(schema, name);
    if (built === undefined) return [];
    const { expect, item, at } = built;
    return [{ fact: name, expect, item, holds: at(built.good), breaks: at(built.bad) }];
  });
  const length = ({ holds }: Starter): number => JSON.stringify(holds).length;
  return starters.sort((a, b) => length(a) - length(b))[0];
}

interface Built {
  readonly expect: string;
  readonly item: string;
  readonly good: Json;
  readonly bad: Json;
  /** The fact's value with this value at the place that the assertion reads. */
  readonly at: (value: Json) => Json;
}

type Comparison = Pick<Built, 'expect' | 'good' | 'bad'>;

function build(schema: FactSchema, path: string): Built | undefined {
  switch (schema.type) {
    case 'map':
      return buildMap(schema, path);
    case 'array':
      return buildList(schema, path);
    case 'object':
      return buildRecord(schema, path);
    default: {
      const comparison = compare(schema, path);
      return comparison && { ...comparison, item: path, at: (value) => value };
    }
  }
}

function compare(schema: FactSchema, path: string): Comparison | undefined {
  if (schema.type === 'boolean') return { expect: path, good: true, bad: false };
  if (schema.type === 'integer') return { expect: `${path} <= 10`, good: 10, bad: 11 };
  if (schema.type !== 'string' || schema.format !== undefined) return undefined;
  const [good = 'some text', bad = 'another text'] = schema.enum ?? [];
  return { expect: `${path} == "${good}"`, good, bad };
}

function buildMap({ keys, values }: Extract<FactSchema, { type: 'map' }>, path: string): Built | undefined {
  const key = keys.at(-1) ?? '';
  const comparison = compare(values, `${path}["${key}"]`);
  return comparison && { ...comparison, item: key, at: (value) => ({ [key]: value }) };
}

const preference = ['boolean', 'integer', 'string'];

function buildList(
  { items, itemKey = [] }: Extract<FactSchema, { type: 'array' }>,
  path: string,
): Built | undefined {
  if (items.type !== 'object') return undefined;
  const sample = sampleOf(items, 'least') as Readonly<Record<string, Json>>;
  const [name, field] =
    Object.entries(items.properties)
      .filter(([key, { type, presence }]) => {
        const plain = presence !== 'optional' && preference.includes(type);
        return plain && !itemKey.includes(key);
      })
      .sort(([, a], [, b]) => preference.indexOf(a.type) - preference.indexOf(b.type))[0] ?? [];
  const comparison = field && compare(field, `x.${name}`);
  if (name === undefined || comparison === undefined) return undefined;
  const keys = itemKey.filter((key) => key in sample);
  return {
    ...comparison,
    expect: `${path}.all(x, ${comparison.expect})`,
    item: keys.map((key) => [sample[key]].flat().join(',')).join(' '),
    at: (value) => [{ ...sample, [name]: value }],
  };
}

function buildRecord(schema: Extract<FactSchema, { type: 'object' }>, path: string): Built | undefined {
  const sample = sampleOf(schema, 'least') as Readonly<Record<string, Json>>;
  for (const [name, child] of Object.entries(schema.properties)) {
    const inner = name in sample ? build(child, `${path}.${name}`) : undefined;
    if (inner) return { ...inner, at: (value) => ({ ...sample, [name]: inner.at(value) }) };
  }
  return undefined;
}
