import { type CollectedObservation, type Completeness, columnPath, type Target } from '../model/index.ts';
import type { Declared } from './declared.ts';
import type { DiscoverySight } from './discovery-sight.ts';
import type { Discoveries } from './facts/discoveries.ts';
import { keyOf, type Meetings } from './meetings.ts';
import { ageDays, ordered, seen } from './observed.ts';

type Row = Discoveries['stores'][number];

export function discoveriesObservation(
  { targets, earlier, previous }: Declared,
  met: Meetings,
  at: string,
): CollectedObservation {
  const runs = [...earlier.discoveries, ...met.discoveries()];
  const stores = targets.filter(({ data }) => (data?.columns.length ?? 0) > 0);
  const rows = new Map(stores.map((target) => [keyOf(target.id), rowOf(target, runs, at)]));
  const all = ordered(rows);
  return seen('scope.discoveries', at, {
    value: { stores: all } satisfies Discoveries,
    completeness: [
      {
        list: '/stores',
        basis:
          'the targets that declare columns of sensitive data, against this scan and the bundles given to it',
        returned: all.length,
        missing: [],
      },
      ...all.flatMap(noRunOf),
    ],
    request: `look for data.samples of each database in this scan and in ${
      previous.map(({ fingerprint }) => fingerprint).join(', ') || 'no earlier bundle'
    }`,
    evidence: [],
  });
}

function noRunOf({ store, lastRun }: Row, index: number): readonly Completeness[] {
  if (lastRun !== undefined) return [];
  const why = 'neither this scan nor a bundle given to it read every row of each declared column';
  return ['lastRun', 'ageDays'].map((field) => ({
    list: `/stores/${index}/${field}`,
    basis: `${store}: ${why}`,
    returned: 0,
    missing: [{ what: store, why }],
  }));
}

function rowOf({ id, data }: Target, runs: readonly DiscoverySight[], at: string): Row {
  const wanted = (data?.columns ?? []).map(columnPath);
  const ends = runs
    .filter(({ target, whole }) => target === id && wanted.every((column) => whole.includes(column)))
    .map((run) => run.at)
    .sort();
  const lastRun = ends.at(-1);
  const row = { store: id, columns: wanted.length };
  return lastRun === undefined ? row : { ...row, lastRun, ageDays: ageDays(lastRun, at) };
}
