import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { announcesPolicy, isCovered, parsePolicy } from '../../src/dns/mta-sts.ts';

const policy = (...lines: readonly string[]): string => lines.join('\r\n');
const good = [
  'version: STSv1',
  'mode: enforce',
  'mx: mail.example.com',
  'mx: *.example.net',
  'max_age: 604800',
];

describe('policies', () => {
  test('lines, the first of each name; unknown ones are passed over', () => {
    expect(parsePolicy(policy(...good, 'mode: none', 'future: thing', ''))).toEqual({
      ...{ mode: 'enforce', maxAgeSeconds: 604_800, patterns: ['mail.example.com', '*.example.net'] },
    });
    expect(parsePolicy('version: STSv1\nmode: none\nmax_age: 0\n')).toMatchObject({
      mode: 'none',
      maxAgeSeconds: 0,
    });
  });

  test.each([
    [policy(...good.slice(1))],
    [policy('version: STSv2', ...good.slice(1))],
    [policy('version: STSv1', 'mode: Enforce', ...good.slice(2))],
    [policy('version: STSv1', 'mode: enforce', 'max_age: 604800')],
    [policy(...good.slice(0, 4))],
    [policy(...good.slice(0, 4), 'max_age: 31557601')],
    [policy(...good.slice(0, 4), 'max_age: -1')],
    ['<html>'],
    [policy(...good, ...Array.from({ length: 300 }, () => 'mx: a.example'))],
  ])('%s', (text) => {
    expect(parsePolicy(text)).toMatchObject({ mode: 'unusable', maxAgeSeconds: 0 });
  });

  test('a wildcard stands for one label', () => {
    const covered = (host: string): boolean => isCovered(host, ['mail.example.com', '*.example.net']);
    expect(['mail.example.com', 'a.example.net'].map(covered)).toEqual([true, true]);
    expect(['example.net', 'a.b.example.net', 'x.mail.example.com', 'example.com'].map(covered)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  test('no text is too strange', () => {
    fc.assert(
      fc.property(
        fc.string(),
        (text) => void expect(parsePolicy(`version: STSv1\n${text}`).mode).toBeTruthy(),
      ),
    );
  });
});

test.each([
  [['v=STSv1; id=20261120T1;'], true],
  [['v=STSv1;id=1', 'other'], true],
  [[], false],
  [['v=STSv1; id=1', 'v=STSv1; id=2'], false],
  [['v=STSv1'], false],
  [['v=STSv1; id=not-alphanumeric'], false],
  [['v=STSv2; id=1'], false],
])('%s announces a policy: %s', (texts, announced) => {
  expect(announcesPolicy(texts)).toBe(announced);
});
