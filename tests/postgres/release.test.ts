import { describe, expect, test } from 'vitest';
import { supportedMajors } from '../../src/postgres/query.ts';
import { releaseOf } from '../../src/postgres/release.ts';
import { majorRelease, releasesAsOf, releasesValidDays } from '../../src/postgres/releases.ts';

const tableDay = Date.parse(releasesAsOf);
const daysLater = (days: number): Date => new Date(tableDay + days * 86_400_000);

describe('the table', () => {
  const { first, last } = supportedMajors;
  const majors = Array.from({ length: last - first + 1 }, (_, index) => first + index);

  test.each(majors)('has version %i, its releases in order and none after its end', (major) => {
    const known = majorRelease(major);
    const days = known?.security.map(({ published }) => published) ?? [];
    const minors = known?.security.map(({ minor }) => minor) ?? [];
    expect(days.length).toBeGreaterThan(0);
    expect(days).toEqual([...days].sort());
    expect(minors).toEqual([...minors].sort((a, b) => a - b));
    expect(days.every((day) => day <= releasesAsOf && day <= (known?.endOfLife ?? ''))).toBe(true);
  });

  test('does not have the next one', () => {
    expect(majorRelease(last + 1)).toBeUndefined();
  });
});

describe('releaseOf', () => {
  test('a version that gets releases, by a table of the day', () => {
    const { value, missing } = releaseOf(170_010, daysLater(0));
    expect(value).toMatchObject({ major: 17, minor: 10, endOfLife: '2029-11-08T00:00:00.000Z' });
    expect(value.securityReleases.at(-1)).toMatchObject({ minor: 12, vulnerability: 'CVE-2026-6460' });
    expect(missing).toEqual([]);
  });

  test('a table that may lack releases leaves open when the end is, and which are missing', () => {
    expect(releaseOf(170_010, daysLater(releasesValidDays)).missing).toEqual([]);
    const { value, missing } = releaseOf(170_010, daysLater(releasesValidDays + 1));
    expect(value).not.toHaveProperty('endOfLife');
    expect(missing).toEqual([expect.stringContaining('update assay')]);
  });

  test('an end that has come stays one, however old the table is', () => {
    const { value, missing } = releaseOf(130_023, daysLater(1000));
    expect(value.endOfLife).toBe('2025-11-13T00:00:00.000Z');
    expect(missing.join()).toContain('gets no more releases');
  });

  test('a version that is younger than the table is not judged', () => {
    const { value, missing } = releaseOf(190_000, daysLater(1));
    expect(value).not.toHaveProperty('endOfLife');
    expect(value.securityReleases).toEqual([]);
    expect(missing.join()).toContain('does not have version 19');
  });
});
