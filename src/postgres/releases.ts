/** One minor release of a major version that fixed a vulnerability; `published` is a day, of the advisory. */
export interface SecurityRelease {
  readonly minor: number;
  readonly published: string;
  /** One of the vulnerabilities that it fixed. */
  readonly vulnerability: string;
}

export interface MajorRelease {
  /** The day of the last minor release: none follows. */
  readonly endOfLife: string;
  /** The latest ones, oldest first. */
  readonly security: readonly SecurityRelease[];
}

/** The day that the table below was compared with its sources. */
export const releasesAsOf = '2026-11-13';

/** After so many days the table may lack a release: minor releases are planned every three months. */
export const releasesValidDays = 90;

/** Releases of several majors on one day, from newest to oldest: day, vulnerability, minor by major. */
const securityDays: readonly (readonly [string, string, Readonly<Record<number, number>>])[] = [
  ['2026-11-12', 'CVE-2026-6460', { 14: 25, 15: 20, 16: 16, 17: 12, 18: 7 }],
  ['2026-08-13', 'CVE-2026-16239', { 14: 24, 15: 19, 16: 15, 17: 11, 18: 6 }],
  ['2026-05-14', 'CVE-2026-6473', { 14: 23, 15: 18, 16: 14, 17: 10, 18: 4 }],
  ['2026-02-12', 'CVE-2026-2005', { 14: 21, 15: 16, 16: 12, 17: 8, 18: 2 }],
  ['2025-11-13', 'CVE-2025-12818', { 13: 23, 14: 20, 15: 15, 16: 11, 17: 7, 18: 1 }],
  ['2024-11-14', 'CVE-2024-10979', { 12: 21, 13: 17, 14: 14, 15: 9, 16: 5, 17: 1 }],
];

/**
 * End of life: the day of the last release that postgresql.org/support/versioning announces, the second Thursday of
 * November five years on (12: a last release a week later). Releases: the records that the PostgreSQL project published
 * with cve.org, which say before which minor releases a version is affected, and the announcements on postgresql.org.
 */
const endsOfLife: Readonly<Record<number, string>> = {
  12: '2024-11-21',
  13: '2025-11-13',
  14: '2026-11-12',
  15: '2027-11-11',
  16: '2028-11-09',
  17: '2029-11-08',
  18: '2030-11-14',
};

/** What is known of a major version; undefined: the table is older than it. */
export function majorRelease(major: number): MajorRelease | undefined {
  const endOfLife = endsOfLife[major];
  if (endOfLife === undefined) return undefined;
  const security = securityDays.flatMap(([published, vulnerability, minors]) => {
    const minor = minors[major];
    return minor === undefined ? [] : [{ minor, published, vulnerability }];
  });
  return { endOfLife, security: security.reverse() };
}
