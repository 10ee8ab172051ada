import type { Release } from './facts/release.ts';
import { majorRelease, releasesAsOf, releasesValidDays } from './releases.ts';

const dayMs = 86_400_000;

/** What the table says of a server's release at `at`, and what it cannot say. */
export interface ReleaseReading {
  readonly value: Release;
  /** Why releases may be missing; empty: they are all there. */
  readonly missing: readonly string[];
}

/** @param versionNumber server_version_num: 150018 is 15.18 */
export function releaseOf(versionNumber: number, at: Date): ReleaseReading {
  const major = Math.floor(versionNumber / 10_000);
  const known = majorRelease(major);
  const old = at.getTime() - Date.parse(releasesAsOf) > releasesValidDays * dayMs;
  const ended = known !== undefined && Date.parse(known.endOfLife) <= at.getTime();
  return {
    value: {
      major,
      minor: versionNumber % 10_000,
      tableDate: startOf(releasesAsOf),
      ...(known === undefined || (old && !ended) ? {} : { endOfLife: startOf(known.endOfLife) }),
      securityReleases: (known?.security ?? []).map((one) => ({ ...one, published: startOf(one.published) })),
    },
    missing: [
      ...(known === undefined
        ? [`the table of ${releasesAsOf} does not have version ${major}: update assay`]
        : []),
      ...(old
        ? [`the table is of ${releasesAsOf}, more than ${releasesValidDays} days ago: update assay`]
        : []),
      ...(ended
        ? ['vulnerabilities of a version that gets no more releases are not fixed in any of them']
        : []),
    ],
  };
}

const startOf = (day: string): string => `${day}T00:00:00.000Z`;
