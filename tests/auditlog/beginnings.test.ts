import { describe, expect, test } from 'vitest';
import { lateBeginnings } from '../../src/auditlog/beginnings.ts';
import type { LogFormat } from '../../src/auditlog/entry.ts';
import { linePrefixOf } from '../../src/auditlog/line-prefix.ts';
import { startReader } from '../../src/auditlog/reader.ts';
import { type DestinationTrack, startTracking } from '../../src/auditlog/tracking.ts';
import { csvLine, jsonLine, stderrLine, stderrPrefix, type Written } from './reading.ts';

const windowStartMs = Date.UTC(2026, 10, 20, 10) + 400;
const linesOf = { csvlog: csvLine, jsonlog: jsonLine, stderr: stderrLine };

/** What a form says that has one entry at each of these times, counted from the beginning of the window. */
function trackOf(format: LogFormat, offsetsMs: readonly number[]): DestinationTrack {
  const tracker = startTracking(format, { windowStartMs });
  tracker.file();
  const reader = startReader(format, tracker, { prefix: linePrefixOf(stderrPrefix) });
  const entries = offsetsMs.map(
    (offset, at): Written => ({
      atMs: windowStartMs + offset,
      session: `${Math.floor(windowStartMs / 1000).toString(16)}.4d`,
      line: at + 1,
      message: 'x',
    }),
  );
  reader.push(Buffer.from(entries.map(linesOf[format]).join('')));
  reader.end();
  return tracker.track;
}

const said = (forms: Partial<Record<LogFormat, readonly number[]>>): readonly string[] =>
  lateBeginnings(Object.entries(forms).map(([format, offsets]) => trackOf(format as LogFormat, offsets))).map(
    ({ what }) => what,
  );

describe('forms of one log', () => {
  test.each([
    ['begin together', { csvlog: [1, 9], jsonlog: [1, 9], stderr: [1, 9] }],
    ['reach back differently, before the window', { csvlog: [-90_000, 1], jsonlog: [-5000, 1] }],
    ['one has no older files', { csvlog: [-90_000, 5000], jsonlog: [5000] }],
    ['stderr with whole seconds', { csvlog: [50, 9000], stderr: [-400, 9000] }],
    ['stderr begins in the same second', { csvlog: [1, 800], stderr: [800] }],
    ['have nothing in the window', { csvlog: [-90_000], jsonlog: [] }],
    ['there is but one', { csvlog: [] }],
  ])('%s: nothing is missing', (_, forms) => {
    expect(said(forms)).toEqual([]);
  });

  const at = (offset: number): string => new Date(windowStartMs + offset).toISOString();

  test.each<[string, Partial<Record<LogFormat, readonly number[]>>, readonly string[]]>([
    ['csv emptied', { csvlog: [], jsonlog: [1], stderr: [1] }, ['entries of csvlog']],
    [
      'csv emptied, and written since',
      { csvlog: [9], jsonlog: [1, 9] },
      [`entries of csvlog before ${at(9)}`],
    ],
    [
      'all but stderr emptied',
      { csvlog: [5000], jsonlog: [5000], stderr: [1, 5000] },
      [`entries of csvlog before ${at(5000)}`, `entries of jsonlog before ${at(5000)}`],
    ],
    ['stderr emptied', { csvlog: [1], stderr: [] }, ['entries of stderr']],
    ['one kept from before the window only', { csvlog: [-5000], jsonlog: [-5000, 1] }, ['entries of csvlog']],
  ])('%s: that is missing', (_, forms, missing) => {
    expect(said(forms)).toEqual(missing);
  });

  test('a form whose times cannot be told is not compared', () => {
    const timeless: DestinationTrack = { ...trackOf('stderr', []), entries: 3 };
    expect(lateBeginnings([timeless, trackOf('csvlog', [1])])).toEqual([]);
  });
});
