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
  const declaring = targets.filter(({ data }) => (data?.columns.length ?? 0) > 0);
  const rows = new Map(
    declaring.flatMap((target) =>
      storesOf(target, met).map((store) => [keyOf(store), rowOf(store, target, runs, at)] as const),
    ),
  );
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

/** One that this scan left out stands for itself, without a run. */
function storesOf({ id }: Target, met: Meetings): readonly string[] {
  const stores = met.dataStores(id);
  return stores.length === 0 ? [id] : stores;
}

function rowOf(store: string, { data }: Target, runs: readonly DiscoverySight[], at: string): Row {
  const wanted = (data?.columns ?? []).map(columnPath);
  const ends = runs
    .filter(({ subject, whole }) => subject === store && wanted.every((column) => whole.includes(column)))
    .map((run) => run.at)
    .sort();
  const lastRun = ends.at(-1);
  const row = { store, columns: wanted.length };
  return lastRun === undefined ? row : { ...row, lastRun, ageDays: ageDays(lastRun, at) };
}
