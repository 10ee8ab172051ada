import { describe, expect, test } from 'vitest';
import { loadFrameworks } from '../../src/cli/framework-trees.ts';
import { parseAssayFile } from '../../src/config/assay-file.ts';
import { checkNames } from '../../src/config/check-names.ts';
import { refusalOf } from './refusal.ts';

const frameworks = await loadFrameworks();
const head = 'targets:\n  - { id: pay, url: "https://pay.example" }\n';
const document = '{ name: AOC, file: aoc.pdf, date: 2026-01-01, expires: 2026-12-31 }';
const third = (more: string, document_ = document): string =>
  `${head}third-party:\n  - { party: Hoster, framework: pci-dss-4.0.1, document: ${document_}, ${more} }\n`;
const other = (requirement: string, framework = 'hipaa'): string =>
  `${head}alternatives:\n  - { framework: ${framework}, requirement: ${requirement}, reason: r, approved-by: CISO, document: ${document} }\n`;

function check(text: string): void {
  checkNames(parseAssayFile('assay.yaml', text), [], frameworks);
}

test('third parties and alternatives are read as they are written', () => {
  const text = `${third('requirements: [9.2.1, 9.3.1]')}${other('164.312(a)(2)(iii)').slice(head.length)}`;
  const { thirdParties, alternatives } = parseAssayFile('assay.yaml', text).config;
  const said = { name: 'AOC', file: 'aoc.pdf', date: '2026-01-01', expires: '2026-12-31' };
  expect(thirdParties).toEqual([
    {
      party: 'Hoster',
      framework: 'pci-dss-4.0.1',
      requirements: ['9.2.1', '9.3.1'],
      document: said,
      remaining: [],
    },
  ]);
  expect(alternatives).toEqual([
    {
      framework: 'hipaa',
      requirement: '164.312(a)(2)(iii)',
      reason: 'r',
      approvedBy: 'CISO',
      document: said,
    },
  ]);
  expect(() => check(text)).not.toThrow();
});

describe('what is refused, with its place', () => {
  const place = (text: string, marker: string): string => {
    const lines = text.split('\n');
    const line = lines.findIndex((each, index) => index > 1 && each.includes(marker));
    return `assay.yaml:${line + 1}:${(lines[line]?.lastIndexOf(marker) ?? -1) + 1}`;
  };
  const withDates = (dates: string): string =>
    third('requirements: [9.2.1]', `{ name: AOC, file: a, ${dates} }`);
  test.each<[message: string, marker: string, text: string]>([
    ['expected at least 1 items in third-party[0].requirements, got 0', '[]', third('requirements: []')],
    [
      'expected the key "expires" in third-party[0].document, got none',
      '{ name',
      withDates('date: 2026-01-01'),
    ],
    [
      'expected a day that exists, got another',
      '2026-02-30',
      withDates('date: 2026-02-30, expires: 2026-12-31'),
    ],
    [
      'expected a day not before 2026-02-03, got 2026-02-02',
      '2026-02-02',
      withDates('date: 2026-02-03, expires: 2026-02-02'),
    ],
    [
      'expected a requirement of pci-dss-4.0.1, got "9.2.11"; did you mean "9.2.1"?',
      '9.2.11',
      third('requirements: [9.2.11]'),
    ],
    ['expected a requirement, got the heading "9.2"', '"9.2"', third('requirements: ["9.2"]')],
    [
      'expected third-party[0].requirements[0] to be the id of a requirement (a text: quote 9.10), got 9.2',
      '9.2]',
      third('requirements: [9.2]'),
    ],
    [
      'expected the id of a control, got "tls.a.b"',
      'tls.a.b',
      third('requirements: [9.2.1], remaining: [tls.a.b]'),
    ],
    [
      'expected a known framework, got "hippa"; did you mean "hipaa"?',
      'hippa',
      other('164.312(a)(2)(iii)', 'hippa'),
    ],
    [
      'expected an addressable specification, got "164.312(a)(2)(i)" of kind required',
      '164.312(a)(2)(i)',
      other('164.312(a)(2)(i)'),
    ],
    [
      'expected a category of hipaa, got "privacy"',
      'privacy',
      `${head}audits: [{ framework: hipaa, categories: [privacy] }]\n`,
    ],
  ])('%s', (message, marker, text) => {
    expect(refusalOf(() => check(text))).toEqual({
      code: 'ERR_CONFIG',
      message: `${place(text, marker)} ${message}`,
    });
  });

  test('a requirement named twice', () => {
    expect(refusalOf(() => check(third('requirements: [9.2.1, 9.2.1]'))).message).toMatch(
      /^assay\.yaml:4:(\d+) expected each requirement once, got "9\.2\.1" again \(first at assay\.yaml:4:\d+\)$/,
    );
  });
});
