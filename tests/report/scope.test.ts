import { describe, expect, test } from 'vitest';
import type { Assessment, Framework, Subject } from '../../src/model/index.ts';
import type { Block } from '../../src/report/block.ts';
import { cover } from '../../src/report/content/cover.ts';
import { notTestedSection } from '../../src/report/content/not-tested.ts';
import { summary } from '../../src/report/content/summary.ts';
import { denominatorWords } from '../../src/report/denominator.ts';
import { renderHtml } from '../../src/report/html.ts';
import type { ReportInput } from '../../src/report/report-input.ts';
import { tally } from '../../src/report/tally.ts';
import { renderText } from '../../src/report/text.ts';
import { htmlAssets } from './assets.ts';
import { hostile, reportInput } from './fixture.ts';

const plain = reportInput();
const clean = reportInput({ verdict: () => 'pass', unreached: [] });
const options = { bundlePath: './bundle', reportPaths: [], width: 300, full: false };

function withAssessment(input: ReportInput, change: Partial<Assessment>): ReportInput {
  return { ...input, assessment: { ...input.assessment, ...change } };
}

/** As `--tag cde` leaves it: two targets of seven were not selected, one of them inside the audits' boundary. */
function narrowed(input: ReportInput): ReportInput {
  const { run, scope } = input.assessment;
  return withAssessment(input, {
    run: { ...run, selection: { ...run.selection, tags: ['cde'] } },
    scope: {
      ...scope,
      leftOut: [
        { id: 'old', locator: 'https://old.example:443', tags: ['office'] },
        { id: 'odd', locator: hostile.markup, tags: ['cde', hostile.direction] },
      ],
    },
  });
}

/** Every word of some blocks, one piece a line. */
function wordsOf(blocks: Iterable<Block>): string {
  return [...blocks]
    .flatMap((block) => {
      if (block.kind === 'paragraph') return [block.text];
      if (block.kind === 'facts')
        return block.facts.map(({ label, values }) => `${label}: ${values.join(' | ')}`);
      if (block.kind === 'table') return [block.caption, ...[...block.rows].map((row) => row.join(' | '))];
      return block.kind === 'finding' ? [block.title] : [];
    })
    .join('\n');
}

const coverOf = (input: ReportInput): string => wordsOf(cover(input, tally(input)));
const summaryOf = (input: ReportInput): string => wordsOf(summary(input, tally(input)));
const notTestedOf = (input: ReportInput): string => wordsOf(notTestedSection(input, tally(input)));

describe('tests that had no system', () => {
  test('are not counted as judged', () => {
    expect(coverOf(plain)).toContain('Tests: 7 tests selected: 6 judged, 1 without a system; ');
    expect(coverOf(plain)).not.toContain('7 tests judged');
  });

  test('keep the report from saying that every test came to a conclusion', () => {
    const words = notTestedOf(clean);
    expect(words).toMatch(/^Every selected test that had a system came to a conclusion\.\n/);
    expect(words).toContain('1 selected test without a system of its kind in scope');
    expect(words).toContain('kms.key.rotation | kms-key | yes');
    expect(notTestedOf(withAssessment(clean, { noSubject: [] }))).toBe(
      'Every selected test came to a conclusion.',
    );
  });

  test('are listed beside what came to no conclusion, and are all where nothing has a system', () => {
    const words = notTestedOf(plain);
    expect(words).toMatch(/^4 findings with no conclusion\./);
    expect(words).toContain('kms.key.rotation | kms-key | yes');
    const [one] = clean.assessment.controls;
    const none = notTestedOf(withAssessment(clean, { controls: [one!] }));
    expect(none).toMatch(/^No selected test had a system to look at\.\n/);
  });

  test('have no population, and say so without a sum of nothing', () => {
    const html = [...renderHtml(plain, htmlAssets)].join('');
    expect(html).toContain('no system of its kind in scope: it judged nothing');
    expect(html).not.toMatch(/0 systems of its kind|tested: </);
  });

  test('are in the full text', () => {
    expect(renderText(plain, { ...options, full: true })).toContain(
      'not tested, not a pass: 1 test without a system (no kms-key): kms.key.rotation\n',
    );
  });
});

describe('targets that a tag left out', () => {
  const input = narrowed(plain);

  test('are declared all the same, and the boundary says how much of it was not looked at', () => {
    expect(coverOf(input)).toContain(
      'Scope: 7 targets declared, 5 selected (--tag cde), 5 systems found at them: 4 tested, 1 not reached',
    );
    expect(coverOf(input)).toContain('boundary: targets tagged cde, 1 of them not selected');
    const audits = input.assessment.audits.map((each) => ({
      ...each,
      audit: { ...each.audit, boundaryTags: [] },
    }));
    expect(coverOf(withAssessment(input, { audits }))).toContain(
      'boundary: every target, 2 of them not selected',
    );
    expect(coverOf(plain)).toContain('Scope: 5 targets declared, 5 systems found at them');
    expect(coverOf(plain)).not.toContain('not selected');
  });

  test('are named where the report says what was not tested', () => {
    const line =
      '2 of 7 declared targets were not selected (--tag cde), so not looked at: old (https://old.example:443), odd (';
    expect(summaryOf(input)).toContain(line);
    expect(notTestedOf(input)).toContain(
      '2 declared targets not selected (--tag cde): nothing was looked at there',
    );
    expect(notTestedOf(input)).toContain('old | https://old.example:443 | office');
    expect(notTestedOf(narrowed(clean))).toContain('old | https://old.example:443 | office');
    for (const full of [false, true]) expect(renderText(input, { ...options, full })).toContain(line);
    expect(renderText(input, options)).toMatch(/^7 targets declared, 5 selected \(--tag cde\), 5 systems: /);
    for (const words of [summaryOf(plain), notTestedOf(plain), renderText(plain, options)])
      expect(words).not.toContain('not selected');
  });

  test('are one in the singular, and some where there are many', () => {
    const { scope } = input.assessment;
    const [old] = scope.leftOut ?? [];
    expect(summaryOf(withAssessment(input, { scope: { ...scope, leftOut: [old!] } }))).toContain(
      '1 of 6 declared targets was not selected',
    );
    const leftOut = Array.from({ length: 9 }, (_, at) => ({ ...old!, id: `old-${at}` }));
    expect(summaryOf(withAssessment(input, { scope: { ...scope, leftOut } }))).toMatch(
      /old-2 \(\S+\) and 6 more\.$/m,
    );
  });

  test('act on no reader, and leave 25 lines', () => {
    const html = [...renderHtml(input, htmlAssets)].join('');
    expect(html).toContain('odd (&lt;script&gt;');
    expect(html).toContain('user&lt;U+202E&gt;gpj.exe');
    for (const width of [40, 80, 200])
      expect(
        renderText(input, { ...options, width })
          .trimEnd()
          .split('\n').length,
      ).toBeLessThanOrEqual(25);
  });
});

describe('the denominator', () => {
  const requirement = (kind: string, testability: 'manual' | 'rollup', at: number) => ({
    ...{ id: `${kind}-${at}`, title: 't', parent: null, section: 's' },
    ...{ kind, testability },
  });
  const tree: Framework = {
    ...{ id: 'hipaa', title: 't', version: '1', source: 's', copyright: 'c' },
    requirements: [
      requirement('heading', 'rollup', 0),
      requirement('criterion', 'manual', 0),
      ...Array.from({ length: 3 }, (_, at) => requirement('point-of-focus', 'manual', at)),
    ],
  };

  test('says how much of it are points of focus', () => {
    expect(denominatorWords(tree, 4)).toBe('1 criterion + 3 points of focus');
    const input = {
      ...withAssessment(plain, {
        audits: plain.assessment.audits.map((each) => ({ ...each, assessable: 4 })),
      }),
      frameworks: new Map([...plain.frameworks, ['hipaa', tree]]),
    };
    const words = '1 criterion + 3 points of focus';
    expect(summaryOf(input)).toContain(`; hipaa: ${words}\n`);
    expect([...renderHtml(input, htmlAssets)].join('')).toContain(`of 4 requirements (${words})`);
    expect(renderText(input, { ...options, full: true })).toContain(`hipaa (1 of 4: ${words})`);
  });

  test('says nothing where there are none, or where they are not the whole', () => {
    expect(denominatorWords(tree, 5)).toBeUndefined();
    expect(denominatorWords(plain.frameworks.get('hipaa'), 1)).toBeUndefined();
    expect(denominatorWords(undefined, 0)).toBeUndefined();
  });
});

test('the organisation is no system, and its registers are named with their day and digest', () => {
  const { scope } = clean.assessment;
  const organisation = {
    ...(scope.subjects[0] as Subject),
    id: '~organisation',
    kind: 'organisation',
  } as const;
  const registers = { systems: { name: 'lists/s.csv', sha256: 'ab'.repeat(32), date: '2026-11-01' } };
  const input = withAssessment(clean, {
    scope: { ...scope, subjects: [...scope.subjects, organisation], registers },
  });
  const words = wordsOf(cover(input, tally(input)));
  expect(words).toContain(
    `${scope.subjects.length} systems found at them: ${scope.subjects.length} tested, 0 not`,
  );
  expect(words).toContain(`systems: lists/s.csv of 2026-11-01, sha256 ${'ab'.repeat(32)}`);
  expect(wordsOf(cover(clean, tally(clean)))).not.toContain('Registers');
});

describe('how targets were reached', () => {
  const { scope } = plain.assessment;
  const [some] = scope.subjects;
  const first = withAssessment(plain, {
    scope: {
      ...scope,
      subjects: scope.subjects.map((subject) =>
        subject === some
          ? { ...subject, address: '192.0.2.9', otherAddresses: ['192.0.2.10', '2001:db8::9'] }
          : subject,
      ),
      targets: scope.targets.map((target, index) =>
        index === 0 ? { ...target, proxy: { scheme: 'socks5', host: '2001:db8::5', port: 1080 } } : target,
      ),
    },
  });
  const sentence = `Only the first address of the name was looked at (addresses: first): ${some?.locator} at 192.0.2.9, not at 192.0.2.10, 2001:db8::9.`;
  const proxied = '1 target looked at through socks5://[2001:db8::5]:1080.';

  test('the first address alone is told on page 1, in the summary and on the terminal', () => {
    expect(coverOf(first)).toContain(sentence);
    expect(summaryOf(first)).toContain(sentence);
    for (const full of [true, false]) expect(renderText(first, { ...options, full })).toContain(sentence);
    expect([...renderHtml(first, htmlAssets)].join('')).toContain('addresses: first');
  });

  test('a proxy is told on page 1 and on the terminal', () => {
    expect(coverOf(first)).toContain(proxied);
    for (const full of [true, false]) expect(renderText(first, { ...options, full })).toContain(proxied);
  });

  test('nothing is told where there is nothing to tell', () => {
    const words = coverOf(plain) + summaryOf(plain) + renderText(plain, { ...options, full: true });
    expect(words).not.toContain('first address');
    expect(words).not.toContain('looked at through');
  });
});
