import { describe, expect, test } from 'vitest';
import { supportedMajors } from '../../src/postgres/query.ts';
import { fixesOf, releaseOf } from '../../src/postgres/release.ts';
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

describe('a server’s release', () => {
  test('of a version that gets releases, by a table of the day', () => {
    expect(releaseOf(170_010, daysLater(0))).toMatchObject({
      ...{ major: 17, minor: 10, endOfLife: '2029-11-08T00:00:00.000Z' },
    });
    const { value, missing } = fixesOf(170_010, daysLater(0));
    expect(value.at(-1)).toMatchObject({ minor: 12, vulnerability: 'CVE-2026-6460' });
    expect(missing).toEqual([]);
  });

  test('by a table that may lack releases: when the end is stays open, and so do further fixes', () => {
    expect(fixesOf(170_010, daysLater(releasesValidDays)).missing).toEqual([]);
    expect(releaseOf(170_010, daysLater(releasesValidDays))).toHaveProperty('endOfLife');
    expect(fixesOf(170_010, daysLater(releasesValidDays + 1)).missing).toEqual([
      expect.stringContaining('update assay'),
    ]);
    expect(releaseOf(170_010, daysLater(releasesValidDays + 1))).not.toHaveProperty('endOfLife');
  });

  test('whose end has come: that stays so, however old the table is', () => {
    expect(releaseOf(130_023, daysLater(1000)).endOfLife).toBe('2025-11-13T00:00:00.000Z');
    expect(fixesOf(130_023, daysLater(1)).missing.join()).toContain('gets no more releases');
  });

  test('that is younger than the table is not judged', () => {
    expect(releaseOf(190_000, daysLater(1))).not.toHaveProperty('endOfLife');
    const { value, missing } = fixesOf(190_000, daysLater(1));
    expect(value).toEqual([]);
    expect(missing.join()).toContain('does not have version 19');
  });
});
