import { describe, expect, test } from 'vitest';
import { parseAssayFile } from '../../src/config/assay-file.ts';
import { checkNames } from '../../src/config/check-names.ts';
import { parseControl } from '../../src/config/control-file.ts';
import { defaultDueDays } from '../../src/engine/due.ts';
import { refusalOf } from './refusal.ts';

const targets = 'targets:\n  - { url: "https://a.example", tags: [cde, public] }\n';
const config = (text: string) => parseAssayFile('assay.yaml', text + targets).config;

test('without a word about it nobody owns a tag, and the days are the defaults', () => {
  expect(config('')).toMatchObject({ owners: [], dueDays: { critical: 7, high: 30, medium: 90, low: 180 } });
});

test('owners keep the order of the file; days left out keep their default', () => {
  const { owners, dueDays } = config('owners: { public: edge, cde: cards }\ndue-days: { high: 14 }\n');
  expect(owners).toEqual([
    { tag: 'public', owner: 'edge' },
    { tag: 'cde', owner: 'cards' },
  ]);
  expect(dueDays).toEqual({ ...defaultDueDays, high: 14 });
});

describe('what is refused', () => {
  test.each([
    [
      'due-days: { hgih: 1 }\n',
      'assay.yaml:1:13 expected a known key in due-days, got "hgih"; did you mean "high"?',
    ],
    [
      'due-days: { high: 0 }\n',
      'assay.yaml:1:19 expected due-days.high to be a number of days from 1 to 3650, got 0',
    ],
    [
      'due-days: { low: 1e9 }\n',
      'assay.yaml:1:18 expected due-days.low to be a number of days from 1 to 3650, got 1000000000',
    ],
    ['owners: { cde: "" }\n', 'assay.yaml:1:16 expected owners.cde to be a text, got an empty text'],
    ['owners: [cde]\n', 'assay.yaml:1:9 expected owners to be a mapping of keys to values, got a list'],
  ])('%j', (text, message) => {
    const error = refusalOf(() => config(text));
    expect([error.code, error.message]).toEqual(['ERR_CONFIG', message]);
  });

  test('an owner of a tag that no target carries', () => {
    const file = parseAssayFile('assay.yaml', `owners: { publik: edge }\n${targets}`);
    const error = refusalOf(() => checkNames(file, [], []));
    expect(error.message).toBe(
      'assay.yaml:1:11 expected a tag that a target carries, got "publik"; did you mean "public"?',
    );
  });
});

test('a control may name its owner', () => {
  const text = (owner: string): string => `id: tls.a.b
version: 1
title: A title
severity: high
${owner}subject: tls-endpoint
expect: "true"
message: no
remediation: { any: do }
references: []
proves: this
does-not-prove: that
satisfies: {}
`;
  const parse = (owner: string) => parseControl('controls/tls/tls.a.b.yaml', text(owner)).control;
  expect(parse('owner: platform\n').owner).toBe('platform');
  expect(parse('')).not.toHaveProperty('owner');
});
