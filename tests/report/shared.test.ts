import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judged, judgedBySubject } from '../../src/report/join.ts';
import { legend } from '../../src/report/legend.ts';
import { durationWords, localTime, utcTime } from '../../src/report/local-time.ts';
import { shellWord } from '../../src/report/shell-word.ts';
import { tally } from '../../src/report/tally.ts';
import { clipped, shown, visible, visibleLines } from '../../src/report/visible.ts';
import { counted, grouped } from '../../src/report/words.ts';
import { reportInput } from './fixture.ts';

describe('visible', () => {
  it('names what would act or not be seen', () => {
    expect(visible('a\u001b[31m\u202E\uD800\u00A0é主')).toBe('a<U+001B>[31m<U+202E><U+D800>\u00A0é主');
  });

  it('is printable ASCII or a character beyond it, and stays as it is when done twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const once = visible(text);
        expect(once).toMatch(/^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]*$/u);
        expect(visible(once)).toBe(once);
      }),
    );
  });

  it('keeps the lines of a text, and one line for a name', () => {
    expect(visibleLines('SELECT 1\r\n\tFROM x\n')).toEqual(['SELECT 1', '  FROM x']);
    expect(shown('a\nb', 10)).toBe('a<U+000A>b');
  });

  it('cuts by characters and says how many are left', () => {
    expect(clipped('🛡🛡🛡', 2)).toBe('🛡🛡… (1 more character)');
    expect(clipped('🛡🛡🛡', 1)).toBe('🛡… (2 more characters)');
    expect(clipped('abc', 3)).toBe('abc');
  });
});

describe('local time', () => {
  it.each([
    [330, '2026-11-20 07:30:00 (UTC+05:30)'],
    [0, '2026-11-20 02:00:00 (UTC+00:00)'],
    [-210, '2026-11-19 22:30:00 (UTC-03:30)'],
  ])('shifts by %d minutes', (offset, expected) => {
    expect(localTime('2026-11-20T02:00:00.000Z', offset)).toBe(expected);
  });

  it('writes UTC and durations', () => {
    expect(utcTime('2026-11-20T02:00:00.999Z')).toBe('2026-11-20 02:00:00 UTC');
    expect([850, 3400, 125_000].map(durationWords)).toEqual(['850 ms', '3.4 s', '2 min 5 s']);
  });
});

describe('words', () => {
  it('groups digits and counts', () => {
    expect([0, 999, 1000, 1_234_567].map(grouped)).toEqual(['0', '999', '1,000', '1,234,567']);
    expect([counted(1, 'system'), counted(2, 'system')]).toEqual(['1 system', '2 systems']);
  });

  it('explains itself in at most 12 lines', () => {
    expect(legend.length).toBeLessThanOrEqual(12);
  });
});

describe('shellWord', () => {
  it.each([
    ['./assay-1', './assay-1'],
    ['a b', "'a b'"],
    ["it's", "'it'\\''s'"],
    ['-rf', "'-rf'"],
    ['$(id)', "'$(id)'"],
    ['', "''"],
  ])('writes %s as one word', (path, word) => {
    expect(shellWord(path)).toBe(word);
  });
});

describe('tally', () => {
  const counts = tally(reportInput());

  it('groups what was not tested by cause, most findings first', () => {
    expect(
      counts.notTested.map(({ code, findings, subjects, controls }) => [
        code,
        findings,
        subjects,
        controls.size,
      ]),
    ).toEqual([
      ['ERR_CONNECTION_REFUSED', 3, 1, 3],
      ['ERR_ASSERTION_FAULT', 1, 1, 1],
    ]);
  });

  it('counts what was reached, and with which rights', () => {
    expect(counts).toMatchObject({ tested: 4, notReached: 1, connections: 57, evidenceFiles: 4 });
    expect(counts.rights.map(({ principal, subjects }) => [principal?.name, subjects])).toEqual([
      ['assay_auditor', 1],
      [undefined, 3],
    ]);
  });

  it('lists the parameters that are not the default', () => {
    expect(counts.changedParams.map(({ control, origin, subjects }) => [control, origin, subjects])).toEqual([
      ['tls.certificate.lifetime-left', 'target', 1],
      ['tls.protocol.sslv2-sslv3-refused', 'target', 1],
      ['tls.protocol.tls10-tls11-refused', 'target', 1],
    ]);
  });
});

describe('judged', () => {
  it('joins each finding with the record of its subject, and with none where there is none', () => {
    const input = reportInput();
    const records = [...input.subjects()].filter(({ subject }) => subject.id !== 'legacy');
    const joined = [...judged({ ...input, subjects: () => records }, () => true)];
    expect(joined).toHaveLength(15);
    for (const { finding, record } of joined) {
      expect(record?.subject.id).toBe(finding.subjectId === 'legacy' ? undefined : finding.subjectId);
    }
  });

  it('groups by subject', () => {
    const groups = [...judgedBySubject(reportInput(), ({ reason }) => reason === 'fail')];
    expect(groups.map(({ subjectId, findings }) => [subjectId, findings.length])).toEqual([
      ['database', 2],
      ['hostile', 3],
      ['legacy', 2],
    ]);
  });
});
