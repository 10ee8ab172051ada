import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json, Observation } from '../../src/model/index.ts';
import { judge, library, observationsOf, readsOf } from '../control-cases.ts';
import { isSample } from './sample.ts';

const runs = isSample ? 200 : 5_000;

/** Facts of random shape never throw, and pass only where the assertion read something of a valid fact. */
test.each(library.map((one) => ({ id: one.loaded.source.control.id, ...one })))(
  '$id judges any observations without a fault of its own',
  ({ loaded, cases }) => {
    const [passing] = cases.satisfied;
    if (!passing) throw new Error('expected a passing case, got none');
    const observations = observationsOf(loaded, passing);
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), fc.nat(), (value, factIndex, placeIndex) => {
        const changed = replaced(observations, factIndex, placeIndex, value as Json);
        const finding = judge(loaded, changed, passing.params);
        if (finding.reason !== 'pass') return;
        const { lists, scalars } = readsOf(loaded, changed, passing.params);
        expect(lists.length + scalars.length).toBeGreaterThan(0);
        expect(finding.population).toMatchObject({ exceptions: 0, unseen: 0, complete: true });
        expect(finding.population.items).toBeGreaterThan(0);
      }),
      { numRuns: runs, seed: 20261120 },
    );
  },
);

function replaced(
  observations: readonly Observation[],
  factIndex: number,
  placeIndex: number,
  value: Json,
): readonly Observation[] {
  return observations.map((one, index) => {
    if (one.kind !== 'seen' || index !== factIndex % observations.length) return one;
    const places = placesIn(one.value);
    return { ...one, value: put(one.value, places[placeIndex % places.length] ?? [], value) };
  });
}

function placesIn(value: Json, at: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...at, key]))];
}

function put(value: Json, [key, ...rest]: readonly string[], replacement: Json): Json {
  if (key === undefined) return replacement;
  const entries = Object.entries(value as Record<string, Json>).map(([name, inner]): [string, Json] => [
    name,
    name === key ? put(inner, rest, replacement) : inner,
  ]);
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}
