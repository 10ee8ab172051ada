import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Changes, FollowUp } from '../../src/model/index.ts';
import { changesBlocks, changesLine } from '../../src/report/content/changes.ts';
import { csvLine, followUpColumns, followUpCsv } from '../../src/report/csv.ts';
import { followUpJson } from '../../src/report/follow-up-json.ts';
import { followUpText } from '../../src/report/follow-up-text.ts';
import { hostile, reportInput } from './fixture.ts';

const one: FollowUp = {
  key: 'ab'.repeat(32),
  state: 'exception',
  new: true,
  severity: 'high',
  control: 'tls.a.b',
  title: 'A "test", of sorts',
  subject: 'web',
  locator: 'https://web.example:443',
  address: '192.0.2.7',
  item: '=cmd|calc',
  message: 'it does not hold',
  owner: 'web-team',
  firstSeen: '2026-11-20T02:00:00.000Z',
  lastSeen: '2026-11-21T02:00:00.000Z',
  due: '2026-12-20',
  overdue: false,
  evidence: ['EV-00001', 'EV-00002'],
};

/** RFC 4180, as a reader would. */
function parseCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [[]];
  for (const [, quoted, bare = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    if (end === '' && quoted === undefined && bare === '') break;
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? bare);
    if (end === '\r\n') rows.push([]);
  }
  return rows.slice(0, -1);
}

describe('CSV', () => {
  test('has a header, and one record for each', () => {
    const [header, record] = parseCsv([...followUpCsv([one])].join(''));
    expect(header).toEqual([...followUpColumns]);
    expect(record).toEqual([
      one.key,
      'exception',
      'true',
      'high',
      'tls.a.b',
      'A "test", of sorts',
      'web',
      "'=cmd|calc",
      'it does not hold',
      'web-team',
      one.firstSeen,
      one.lastSeen,
      '2026-12-20',
      'false',
      'EV-00001 EV-00002',
      'https://web.example:443',
      '192.0.2.7',
    ]);
  });

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1'])('%j is no formula', (cell) => {
    const [[got = ''] = []] = parseCsv(csvLine([cell]));
    expect(got.startsWith("'")).toBe(true);
    expect(csvLine([cell]).slice(0, -2)).not.toMatch(/[\t\r\n]/);
  });

  test('any text comes back as one cell that acts on nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (cells) => {
        const line = csvLine(cells);
        const rows = parseCsv(line);
        expect(rows).toHaveLength(1);
        expect(rows[0]).toHaveLength(cells.length);
        for (const cell of rows[0] ?? []) expect(cell).not.toMatch(/^[=+\-@]/);
        expect(line.slice(0, -2)).not.toMatch(/\p{Cc}|\p{Bidi_Control}/u);
      }),
    );
  });
});

describe('JSON and text', () => {
  const header = {
    bundleName: 'bundle',
    seal: { fingerprint: 'f', signature: { kind: 'unsigned' } },
    runId: 'run',
    at: '2027-01-01T00:00:00.000Z',
    asked: true,
  } as const;

  test.each([[[]], [[one]], [[one, one]]])('JSON of %# findings can be read', (list) => {
    const read = JSON.parse([...followUpJson(header, list)].join(''));
    expect(read).toMatchObject({
      format: 0,
      findings: list,
      overdueAsOf: { at: header.at, asked: true },
      bundle: { runId: 'run' },
    });
  });

  test('text calls a system that nobody named by its URL and address', () => {
    const text = (subject: string): string =>
      [
        ...followUpText([{ ...one, subject }], {
          width: 120,
          at: header.at,
          asked: false,
          style: (_, line) => line,
        }),
      ].join('');
    expect(text('tls-endpoint-a014410ae5d61d28~http')).toContain(
      ' on https://web.example:443 at 192.0.2.7: ',
    );
    expect(text('web')).toContain(' on web: ');
  });

  test('text has two lines for each within the width, and the sum', () => {
    const list = [one, { ...one, overdue: true, state: 'unconfirmed' as const, item: hostile.terminal }];
    const text = [
      ...followUpText(list, { width: 80, at: header.at, asked: true, style: (_, line) => line }),
    ].join('');
    const lines = text.trimEnd().split('\n');
    expect(lines).toHaveLength(5);
    for (const line of lines.slice(0, 4)) expect(line.length).toBeLessThanOrEqual(80);
    expect(text).toContain('due 2026-12-20 OVERDUE');
    expect(text).not.toContain('\u001b');
    expect(lines.at(-1)).toBe(
      '1 exception, 0 not tested, 1 seen earlier and not tested now; 1 overdue as of 2027-01-01 (--at)',
    );
  });
});

describe('what changed, in reports', () => {
  const changes: Changes = {
    since: [
      {
        fingerprint: 'ab'.repeat(32),
        runId: 'run 1',
        endedAt: '2026-11-19T02:00:00.000Z',
        signature: { kind: 'unsigned' },
      },
    ],
    new: 2,
    back: 0,
    still: 3,
    gone: 1,
    testedOtherwise: 0,
    notApplicable: 0,
    notTestedNow: 4,
    newlyNotTested: 5,
  };
  const input = reportInput();
  const blocksOf = (changed: Changes | undefined) =>
    JSON.stringify([
      ...changesBlocks({
        ...input,
        assessment: { ...input.assessment, ...(changed === undefined ? {} : { changes: changed }) },
      }),
    ]);

  test('nothing is said where nothing was compared', () => {
    expect(blocksOf(undefined)).toBe('[]');
  });

  test('what was not tested now is told apart from what is gone, also where there is none', () => {
    expect(changesLine(changes)).toBe(
      'since 2026-11-19: 2 new, 3 still there, 1 gone, 4 not tested now, 5 newly not tested',
    );
    const text = blocksOf({ ...changes, notTestedNow: 0, testedOtherwise: 7 });
    expect(text).toContain(
      '["not tested now","0","seen earlier and not looked at now: not counted as gone"]',
    );
    expect(text).toContain('["gone by another test","7"');
    expect(text).not.toContain('gone once');
    expect(text).toContain('run run 1 of 2026-11-19 02:00:00 UTC (UNSIGNED, fingerprint abababababab)');
  });
});
