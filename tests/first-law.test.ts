import { describe, expect, test } from 'vitest';
import type { Finding, Json, Observation, Seen } from '../src/model/index.ts';
import { judge, library, observationsOf, readsOf, schemaAt } from './control-cases.ts';

/** No unproven pass: whatever is taken from a passing case, no pass survives. */

type Change = (value: Json) => Json;

const mistypes: readonly (readonly [string, Change])[] = [
  ['another scalar', (value) => (typeof value === 'string' ? 7 : 'x')],
  ['null', () => null],
  ['a list', () => ['unforeseen']],
  ['an object', () => ({ unforeseen: true })],
];

interface Passing {
  readonly name: string;
  readonly observations: readonly Observation[];
  readonly run: (observations: readonly Observation[]) => Finding;
  readonly reads: ReturnType<typeof readsOf>;
  readonly readsOf: (observations: readonly Observation[]) => ReturnType<typeof readsOf>;
}

const isPass = ({ reason }: Finding): boolean => reason === 'pass';
const stepsOf = (pointer: string): readonly string[] => pointer.split('/').slice(1);

/** Every place in a value, the value itself included. */
function placesIn(value: Json, at: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...at, key]))];
}

function valueAt(value: Json, at: readonly string[]): Json {
  return at.reduce<Json>((inner, key) => (inner as Record<string, Json>)[key] ?? null, value);
}

/** The value with the one at a place changed, or taken away. */
function altered(value: Json, at: readonly string[], change: Change | 'remove'): Json {
  const [key, ...rest] = at;
  if (key === undefined) return change === 'remove' ? null : change(value);
  const isTaken = (name: string): boolean => name === key && rest.length === 0 && change === 'remove';
  const entries = Object.entries(value as Record<string, Json>)
    .filter(([name]) => !isTaken(name))
    .map(([name, inner]): [string, Json] => [name, name === key ? altered(inner, rest, change) : inner]);
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

function withFact(
  { observations }: Passing,
  fact: string,
  change: (seen: Seen) => Observation,
): readonly Observation[] {
  return observations.map((one) => (one.fact === fact && one.kind === 'seen' ? change(one) : one));
}

function emptied(value: Json): Json {
  if (Array.isArray(value)) return [];
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const isFlat = entries.every(([, inner]) => typeof inner !== 'object' || inner === null);
  return isFlat ? {} : Object.fromEntries(entries.map(([key, inner]) => [key, emptied(inner)]));
}

function denied({ value: _, completeness: __, withheld: ___, ...rest }: Seen): Observation {
  return { ...rest, kind: 'unseen', reason: { code: 'ERR_DENIED', message: 'denied', remedy: 'allow it' } };
}

/** What must be there for a pass: every scalar read that is not optional. */
function restsOn({ scalars }: Passing['reads']): Passing['reads']['scalars'] {
  return scalars.filter(({ fact, pointer }) => schemaAt(fact, stepsOf(pointer))?.presence !== 'optional');
}

function sort(value: Json): string {
  if (Array.isArray(value)) return 'list';
  return value === null ? 'null' : typeof value;
}

describe.each(library.map((one) => ({ id: one.loaded.source.control.id, ...one })))(
  '$id',
  ({ loaded, cases }) => {
    const passing: readonly Passing[] = cases.satisfied.map((one) => {
      const observations = observationsOf(loaded, one);
      return {
        name: one.name,
        observations,
        run: (changed) => judge(loaded, changed, one.params, one.subject),
        reads: readsOf(loaded, observations, one.params, one.subject),
        readsOf: (changed) => readsOf(loaded, changed, one.params, one.subject),
      };
    });
    const { needs } = loaded.compiled;

    test('passes before anything is taken, and reads something', () => {
      for (const one of passing) {
        expect(isPass(one.run(one.observations)), one.name).toBe(true);
        expect([...one.reads.scalars, ...one.reads.lists].length, one.name).toBeGreaterThan(0);
      }
    });

    test.each(needs)('without %s', (fact) => {
      for (const one of passing) {
        const without = one.observations.filter((observation) => observation.fact !== fact);
        expect(one.run(without), one.name).toMatchObject({ reason: 'unseen' });
      }
    });

    test.each(needs)('with %s denied', (fact) => {
      for (const one of passing) {
        expect(one.run(withFact(one, fact, denied)), one.name).toMatchObject({ reason: 'unseen' });
      }
    });

    test.each(needs)('with %s emptied, whether its collector says so or not', (fact) => {
      for (const one of passing) {
        const unsaid = withFact(one, fact, (seen) => ({ ...seen, value: emptied(seen.value) }));
        expect(isPass(one.run(unsaid)), one.name).toBe(false);
        const said = withFact(one, fact, (seen) => ({
          ...seen,
          value: emptied(seen.value),
          completeness: seen.completeness.map((entry) => ({ ...entry, returned: 0 })),
        }));
        expect(isPass(one.run(said)), one.name).toBe(false);
      }
    });

    test('with any list that it runs over cut, known to miss members, or vouched for by nobody', () => {
      for (const one of passing) {
        for (const { fact, pointer } of one.reads.lists) {
          const cut = withFact(one, fact, (seen) => ({
            ...seen,
            value: altered(seen.value, stepsOf(pointer), (list) => (list as readonly Json[]).slice(0, -1)),
          }));
          expect(isPass(one.run(cut)), `${one.name} ${pointer}`).toBe(false);
          const missing = withFact(one, fact, (seen) => ({
            ...seen,
            completeness: seen.completeness.map((entry) => ({
              ...entry,
              missing: [{ what: 'one', why: 'cut' }],
            })),
          }));
          expect(one.run(missing), `${one.name} ${pointer}`).toMatchObject({ reason: 'unseen' });
          const silent = withFact(one, fact, (seen) => ({ ...seen, completeness: [] }));
          expect(one.run(silent), `${one.name} ${pointer}`).toMatchObject({ reason: 'unseen' });
        }
      }
    });

    test('with anything that it reads removed: no pass, unless another witness is there', () => {
      const hasWitnesses = loaded.compiled.clauses.some(({ kind }) => kind === 'some');
      for (const one of passing) {
        for (const { fact, pointer } of restsOn(one.reads)) {
          const removed = withFact(one, fact, (seen) => ({
            ...seen,
            value: altered(seen.value, stepsOf(pointer), 'remove'),
          }));
          const finding = one.run(removed);
          if (!hasWitnesses) expect(isPass(finding), `${one.name}: ${fact} ${pointer}`).toBe(false);
          else if (isPass(finding)) {
            const rest = one.readsOf(removed).scalars.map((scalar) => scalar.pointer);
            expect(rest, one.name).not.toEqual([]);
            expect(rest, one.name).not.toContain(pointer);
          }
        }
      }
    });

    test.each(mistypes)('with any part of its facts replaced by %s', (_, change) => {
      for (const one of passing) {
        for (const seen of one.observations.filter((observation) => observation.kind === 'seen')) {
          const places = placesIn(seen.value).filter((at) => {
            const before = valueAt(seen.value, at);
            return sort(change(before)) !== sort(before);
          });
          for (const at of places) {
            const mistyped = withFact(one, seen.fact, (it) => ({
              ...it,
              value: altered(it.value, at, change),
            }));
            expect(isPass(one.run(mistyped)), `${one.name}: ${seen.fact} /${at.join('/')}`).toBe(false);
          }
        }
      }
    });
  },
);
