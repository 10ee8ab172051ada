import type { CollectedObservation } from '../model/index.ts';
import type { Declared } from './declared.ts';
import type { Bundles } from './facts/bundles.ts';
import { ageDays, seen, undeclared } from './observed.ts';

export function bundlesObservation({ previous }: Declared, at: string): CollectedObservation {
  if (previous.length === 0) {
    return undeclared('scope.bundles', at, {
      message: 'expected an earlier bundle, got none',
      remedy: 'Give the bundles of earlier scans with --previous.',
    });
  }
  const rows = previous.map(({ fingerprint, endedAt, signature }) => ({
    fingerprint,
    endedAt,
    ageDays: ageDays(endedAt, at),
    signature: signature.kind,
  }));
  return seen('scope.bundles', at, {
    value: rows satisfies Bundles,
    completeness: [{ list: '', basis: 'the bundles given to this scan', returned: rows.length, missing: [] }],
    request: 'check the files of each earlier bundle against its own list of them',
    evidence: [],
  });
}
