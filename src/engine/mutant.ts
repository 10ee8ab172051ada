import type { FactSchema, Json } from '../model/index.ts';
import type { FieldRead } from './field-reads.ts';
import { tokensOf } from './json-pointer.ts';
import type { Situation } from './situation.ts';

/** One change of one place of a fact. */
export interface Change {
  /** In words: `refused → accepted`, `emptied`, `removed`. */
  readonly words: string;
  /** `flipped`: something else was seen; `emptied`: a list without members; `removed`: it was not there. */
  readonly kind: 'flipped' | 'emptied' | 'removed';
  readonly apply: (value: Json) => Json | undefined;
}

const dayMs = 86_400_000;
const shiftsMs = [-7_300 * dayMs, -dayMs, dayMs, 7_300 * dayMs];

/**
 * What can be changed at a place.
 *
 * @param seen values that the field has in any case
 */
export function changesOf({ schema }: FieldRead, value: Json, seen: readonly Json[]): readonly Change[] {
  const removed: Change = {
    words: 'removed',
    // What may be absent says something by its absence.
    kind: schema.presence === 'optional' ? 'flipped' : 'removed',
    apply: () => undefined,
  };
  if (Array.isArray(value)) return [...listChanges(value, seen), removed];
  return [...otherValues(schema, value, seen).map((other) => replaced(value, other)), removed];
}

function replaced(value: Json, other: Json): Change {
  return {
    words: `${JSON.stringify(value)} → ${JSON.stringify(other)}`,
    kind: 'flipped',
    apply: () => other,
  };
}

function otherValues(schema: FactSchema, value: Json, seen: readonly Json[]): readonly Json[] {
  const others = [...candidates(schema, value), ...seen].filter((other) => other !== value);
  return [...new Set(others)];
}

function candidates(schema: FactSchema, value: Json): readonly Json[] {
  switch (schema.type) {
    case 'boolean':
      return [value !== true];
    case 'integer':
      return [Number(value) - 1, Number(value) + 1, 0];
    case 'string':
      if (schema.format === 'date-time') return shiftsMs.map((byMs) => shifted(String(value), byMs));
      return schema.enum ?? ['', 'another text'];
    default:
      return [];
  }
}

/** An instant, later by some milliseconds. */
function shifted(instant: string, byMs: number): string {
  return new Date(Date.parse(instant) + byMs).toISOString();
}

function listChanges(list: readonly Json[], seen: readonly Json[]): readonly Change[] {
  if (list.length === 0) return seen.flatMap(added);
  return [
    { words: 'emptied', kind: 'emptied', apply: () => [] },
    ...list.map(
      (_, index): Change => ({
        words: `member ${index + 1} of ${list.length} removed`,
        kind: 'flipped',
        apply: () => list.filter((__, other) => other !== index),
      }),
    ),
    ...seen.flatMap(added),
  ];
}

/** Members that the list has in other cases. */
function added(other: Json): readonly Change[] {
  if (!Array.isArray(other) || other.length === 0) return [];
  return [
    {
      words: `members of another case added`,
      kind: 'flipped',
      apply: (list) => [list, other].flat() as Json,
    },
  ];
}

/** A situation with one change. */
export function mutated(situation: Situation, { fact, pointer }: FieldRead, change: Change): Situation {
  const { [fact]: before, ...others } = situation.facts;
  const after = altered(before ?? null, tokensOf(pointer), change.apply);
  return { ...situation, facts: after === undefined ? others : { ...others, [fact]: after } };
}

function altered(value: Json, [token, ...rest]: readonly string[], apply: Change['apply']): Json | undefined {
  if (token === undefined) return apply(value);
  const entries = Object.entries(value ?? {}).flatMap(([key, inner]: [string, Json]): [string, Json][] => {
    const after = key === token ? altered(inner, rest, apply) : inner;
    return after === undefined ? [] : [[key, after]];
  });
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

/** The value at a place of a situation. */
export function valueAt(situation: Situation, { fact, pointer }: FieldRead): Json | undefined {
  let value: Json | undefined = situation.facts[fact];
  for (const token of tokensOf(pointer))
    value = (value as Readonly<Record<string, Json>> | undefined)?.[token];
  return value;
}

/** The situation, looked at at other times. */
export function atOtherTimes(
  situation: Situation,
  at: string,
): readonly { readonly words: string; readonly situation: Situation }[] {
  return shiftsMs.map((byMs) => ({
    words: `${at} → ${shifted(at, byMs)}`,
    situation: { ...situation, at: shifted(at, byMs) },
  }));
}
