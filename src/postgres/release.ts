import type { Fixes } from './facts/fixes.ts';
import type { Release } from './facts/release.ts';
import { type MajorRelease, majorRelease, releasesAsOf, releasesValidDays } from './releases.ts';

const dayMs = 86_400_000;

/** @param versionNumber server_version_num: 150018 is 15.18 */
export function releaseOf(versionNumber: number, at: Date): Release {
  const major = majorOf(versionNumber);
  const known = majorRelease(major);
  const sure = known !== undefined && (hasEnded(known, at) || !isOld(at));
  return {
    major,
    minor: versionNumber % 10_000,
    tableDate: startOf(releasesAsOf),
    ...(sure ? { endOfLife: startOf(known.endOfLife) } : {}),
  };
}

export interface FixesReading {
  readonly value: Fixes;
  /** Why there may be more; empty: these are all. */
  readonly missing: readonly string[];
}

/** What the table has of the server's major version, and why at `at` it may lack some. */
export function fixesOf(versionNumber: number, at: Date): FixesReading {
  const major = majorOf(versionNumber);
  const known = majorRelease(major);
  return {
    value: (known?.security ?? []).map((one) => ({ ...one, published: startOf(one.published) })),
    missing: [
      ...(known === undefined
        ? [`the table of ${releasesAsOf} does not have version ${major}: update assay`]
        : []),
      ...(isOld(at)
        ? [`the table is of ${releasesAsOf}, more than ${releasesValidDays} days ago: update assay`]
        : []),
      ...(known !== undefined && hasEnded(known, at)
        ? ['vulnerabilities of a version that gets no more releases are not fixed in any of them']
        : []),
    ],
  };
}

const majorOf = (versionNumber: number): number => Math.floor(versionNumber / 10_000);

const isOld = (at: Date): boolean => at.getTime() - Date.parse(releasesAsOf) > releasesValidDays * dayMs;

const hasEnded = ({ endOfLife }: MajorRelease, at: Date): boolean => Date.parse(endOfLife) <= at.getTime();

const startOf = (day: string): string => `${day}T00:00:00.000Z`;
