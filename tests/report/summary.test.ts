import { describe, expect, it } from 'vitest';
import type { Block } from '../../src/report/block.ts';
import { sectionsOf } from '../../src/report/content/document.ts';
import { openWords, stateOf } from '../../src/report/content/requirement.ts';
import { summary } from '../../src/report/content/summary.ts';
import type { ReportInput } from '../../src/report/report-input.ts';
import { tally } from '../../src/report/tally.ts';
import { reportInput } from './fixture.ts';

function blocksOf(input: ReportInput): readonly Block[] {
  return [...summary(input, tally(input))];
}

/** The rows of the table whose first column is called so. */
function rowsOf(input: ReportInput, column: string): readonly (readonly string[])[] {
  const table = blocksOf(input).find((block) => block.kind === 'table' && block.columns[0]?.title === column);
  return table?.kind === 'table' ? [...table.rows] : [];
}

function proseOf(input: ReportInput): string {
  return blocksOf(input)
    .flatMap((block) => {
      if (block.kind === 'paragraph') return [block.text];
      return block.kind === 'heading' ? [block.title] : [];
    })
    .join('\n');
}

const input = reportInput();

describe('the page an auditor reads first', () => {
  it('has its parts in order, and no finding', () => {
    const blocks = blocksOf(input);
    expect(blocks.flatMap((block) => (block.kind === 'heading' ? [block.title] : []))).toEqual([
      'Frameworks',
      'Exceptions by severity',
      'What was not tested, and why',
      'What changed',
      'Verify in three steps',
    ]);
    expect(blocks.filter(({ kind }) => kind === 'finding' || kind === 'group')).toEqual([]);
  });

  it('stands on pages of its own: what follows begins a new one', () => {
    const [first, second] = sectionsOf(input, tally(input));
    expect([first?.id, first?.newPage, second?.id, second?.newPage]).toEqual([
      'summary',
      true,
      'exceptions',
      true,
    ]);
  });

  it('has a line for each framework that sums to its total', () => {
    const rows = rowsOf(input, 'Framework, boundary');
    expect(rows.map(([name]) => name)).toEqual(['hipaa cde', 'pci-dss-4.0.1 cde']);
    for (const [, ...numbers] of rows) {
      const total = numbers.pop();
      expect(numbers.reduce((sum, each) => sum + Number(each), 0)).toBe(Number(total));
    }
  });

  it('says why nothing can be without exceptions', () => {
    expect(proseOf(input)).toContain(
      'No requirement can be without exceptions here: no configuration declares the audit; tests of lower severity were left out.',
    );
  });

  it('gives exceptions by severity and owner, with the first day due and what is late', () => {
    const rows = rowsOf(input, 'Severity');
    expect(rows).toContainEqual(['high', 'web-team', '1', '1', '2', '2026-11-01; 2 OVERDUE']);
    expect(rows).toContainEqual(['low', 'nobody named', '1', '1', '1', 'not stated']);
    const items = rows.slice(0, -1).map((row) => Number(row[4]));
    expect(items.reduce((sum, each) => sum + each, 0)).toBe(input.assessment.exceptions);
    expect(rows.at(-1)).toEqual(['total', '', '7', '', '21', '']);
  });

  it('keeps to a few owners, and leaves none out of the sum', () => {
    const findings = [...input.findings()].map((finding, at) => ({ ...finding, owner: `owner-${at}` }));
    const rows = rowsOf({ ...input, findings: () => findings }, 'Severity');
    expect(rows.filter(([severity]) => severity === 'critical').map(([, owner]) => owner)).toEqual([
      expect.stringMatching(/^owner-/),
      expect.stringMatching(/^owner-/),
      '1 other owner',
    ]);
    const count = rows.slice(0, -1).reduce((sum, row) => sum + Number(row[2]), 0);
    expect(count).toBe(input.assessment.counts.fail);
  });

  it('reads right with one finding as with many', () => {
    const [legacy] = input.assessment.scope.subjects.filter(({ id }) => id === 'legacy');
    const one = reportInput({
      subjects: [legacy!],
      verdict: ({ severity }) => (severity === 'high' ? 'fail' : 'pass'),
    });
    const captionOf = (of: ReportInput): string | undefined =>
      blocksOf(of).flatMap((block) => (block.kind === 'table' ? [block.caption] : []))[1];
    expect(captionOf(one)).toContain(': 1 with exceptions, 0 not tested (fault), 0 not tested, ');
    expect(captionOf(input)).toContain(': 7 with exceptions, 1 not tested (fault), 3 not tested, ');
  });

  it('tells owners apart whose names begin alike, however long', () => {
    const name = 'Platform Engineering, Payments and Settlement, team ';
    const ownersOf = (names: readonly string[]): readonly (string | undefined)[] => {
      const findings = [...input.findings()].map((finding, at) => ({
        ...finding,
        owner: names[at % names.length] ?? '',
      }));
      const rows = rowsOf({ ...input, findings: () => findings }, 'Severity');
      return [...new Set(rows.slice(0, -1).map(([, owner]) => owner))];
    };
    expect(ownersOf([`${name}red`, `${name}blue`])).toEqual(
      expect.arrayContaining([`${name}red`, `${name}blue`]),
    );
    const long = ownersOf([`${name.repeat(9)}red`, `${name.repeat(9)}two`]);
    expect(long.filter((each) => each?.startsWith(name))).toHaveLength(2);
    for (const each of long) expect(each?.length).toBeLessThan(160);
  });

  it('says what was not tested and why, and which requirements have no test', () => {
    expect(rowsOf(input, 'Why').map(([why]) => why)).toEqual([
      'expected a connection to the address, got ECONNREFUSED (ERR_CONNECTION_REFUSED)',
      'Fault: expected a boolean, got a string (ERR_ASSERTION_FAULT)',
    ]);
    expect(proseOf(input)).toContain('hipaa 1 of 190, pci-dss-4.0.1 1 of 190');
  });

  it('says that nothing is known of changes, or what changed', () => {
    expect(proseOf(input)).toContain('compared with no earlier bundle');
    const changes = {
      since: [],
      ...{ new: 2, back: 0, still: 3, gone: 1, testedOtherwise: 0, notApplicable: 0 },
      ...{ notTestedNow: 0, newlyNotTested: 4 },
    };
    const later = { ...input, assessment: { ...input.assessment, changes } };
    expect(proseOf(later)).toContain('2 new, 3 still there, 1 gone');
    expect(sectionsOf(later, tally(later)).map(({ id }) => id)).toContain('changes');
  });

  it('shows every severity where there is no exception', () => {
    const clean = reportInput({ verdict: () => 'pass' });
    expect(rowsOf(clean, 'Severity').map(([severity, , findings]) => [severity, findings])).toEqual([
      ['critical', '0'],
      ['high', '0'],
      ['medium', '0'],
      ['low', '0'],
      ['total', '0'],
    ]);
  });
});

describe('a requirement', () => {
  const [tested, party, other, outside, parent] = input.assessment.audits[0]?.requirements ?? [];
  if (!tested || !party || !other || !outside || !parent) throw new Error('expected five requirements');

  it('says how many of its elements are decided, and which are not', () => {
    expect(stateOf(tested)).toBe('exceptions (1 of 4 elements)');
    expect(openWords(tested)).toEqual([
      'not decided: cipher-suites, key-exchange, certificate-validity',
      'no system in scope of kind: mail-server',
    ]);
  });

  it('says who or what else answers for it, with the document', () => {
    const [line = ''] = openWords(party);
    expect(line).toContain('AOC of the hoster (2026-01-01 to 2026-12-31, sha256 ');
    expect(openWords(other)[0]).toContain('kiosks, approved by CISO: AOC of the hoster');
    expect(openWords(other)[0]).toContain('NOT IN FORCE');
  });

  it('says what stands under it', () => {
    expect(stateOf(parent)).toBe('not tested');
    expect(openWords(parent)).toEqual(['under it: 1 not tested, 2 need a document']);
    expect(openWords(outside)).toEqual([]);
  });
});
