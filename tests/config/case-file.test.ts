import { describe, expect, test } from 'vitest';
import { parseCases } from '../../src/config/case-file.ts';
import { refusalOf } from './refusal.ts';

const text = `satisfied:
  - name: current
    at: 2026-11-20T00:00:00.000Z
    params: { days: 30 }
    facts: { tls.versions: { TLSv1.0: refused } }
not-satisfied:
  - name: old
    facts: { tls.versions: { TLSv1.0: accepted } }
    exceptions: [TLSv1.0]
unseen:
  - name: denied
    facts: { tls.versions: unseen }
  - name: short
    facts: { tls.chain: { certificates: [] } }
    items: [""]
    incomplete: { tls.chain: [/certificates] }
`;

test('cases are what the file says', () => {
  expect(parseCases('c.yaml', text).cases).toEqual({
    satisfied: [
      {
        name: 'current',
        at: '2026-11-20T00:00:00.000Z',
        params: { days: 30 },
        facts: { 'tls.versions': { 'TLSv1.0': 'refused' } },
        incomplete: {},
      },
    ],
    notSatisfied: [
      {
        name: 'old',
        params: {},
        facts: { 'tls.versions': { 'TLSv1.0': 'accepted' } },
        incomplete: {},
        exceptions: ['TLSv1.0'],
      },
    ],
    unseen: [
      { name: 'denied', params: {}, facts: { 'tls.versions': 'unseen' }, incomplete: {} },
      {
        name: 'short',
        params: {},
        facts: { 'tls.chain': { certificates: [] } },
        items: [''],
        incomplete: { 'tls.chain': ['/certificates'] },
      },
    ],
    notApplicable: [],
  });
  const more = `${text}not-applicable:\n  - { name: none, facts: {} }\n`;
  expect(parseCases('c.yaml', more).cases.notApplicable).toEqual([
    { name: 'none', params: {}, facts: {}, incomplete: {} },
  ]);
});

describe('what is refused, with its place', () => {
  test.each([
    ['    exceptions: [TLSv1.0]\n', '', '7:5 expected the key "exceptions" in not-satisfied[0], got none'],
    [
      'exceptions: [TLSv1.0]',
      'exceptions: []',
      '9:17 expected at least 1 items in not-satisfied[0].exceptions, got 0',
    ],
    [
      '    at:',
      '    exceptions: [a]\n    at:',
      '3:5 expected one of the keys name, at, params, facts, incomplete, subject in satisfied[0], got "exceptions"',
    ],
    [
      'not-satisfied:',
      'not_satisfied:',
      '6:1 expected a known key, got "not_satisfied"; did you mean "not-satisfied"?',
    ],
    ['name: old', 'name: current', '7:11 expected each name once, got "current" again'],
    [
      '2026-11-20T00:00:00.000Z',
      '2026-11-31T00:00:00.000Z',
      '3:9 expected a time that exists, got "2026-11-31T00:00:00.000Z"',
    ],
    [
      '2026-11-20T00:00:00.000Z',
      '2026-11-20',
      '3:9 expected satisfied[0].at to be a UTC time (2026-11-20T00:00:00.000Z), got "2026-11-20"',
    ],
    [
      '{ tls.versions: unseen }',
      '{ versions: unseen }',
      '12:14 expected a fact name (tls.versions) as key in unseen[0].facts, got "versions"',
    ],
  ])('%j → %j', (from, to, message) => {
    expect(refusalOf(() => parseCases('c.yaml', text.replace(from, to)))).toEqual({
      code: 'ERR_CASES',
      message: `c.yaml:${message}`,
    });
  });
});
