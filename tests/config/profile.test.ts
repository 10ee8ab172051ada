import { describe, expect, test } from 'vitest';
import { checkProfile } from '../../src/config/check-profile.ts';
import { parseProfile } from '../../src/config/profile.ts';
import { refuseCircle, tailor } from '../../src/config/profile-chain.ts';
import type { Framework } from '../../src/model/index.ts';
import { control } from '../engine/fixture.ts';
import { refusalOf, remedyOf } from './refusal.ts';

const controls = [
  control('true', {
    id: 'tls.cert.strong',
    title: 'Keys are strong',
    params: { bits: { type: 'int', default: 2048, minimum: 1024, stricter: 'higher' } },
    satisfies: {
      soc2: [
        { id: 'CC1', strength: 'partial', element: 'keys' },
        { id: 'CC2', strength: 'supporting' },
      ],
    },
  }),
  control('true', { id: 'tls.protocol.new' }),
];
const soc2: Framework = { id: 'soc2', title: '', version: '', source: '', copyright: '', requirements: [] };
const base = `id: base
title: Everywhere
select: { frameworks: [soc2], severity: high }
exclude:
  - { control: tls.cert.strong, reason: "hardware of 2019, RISK-3" }
params:
  tls.cert.strong: { bits: { value: 3072, reason: policy } }
`;
const strict = `id: strict
title: Cards
extends: base.yaml
select: { controls: [tls.protocol] }
params: { tls.cert.strong: { bits: { value: 4096, reason: cards } } }
`;
const parse = (name: string, text: string) => parseProfile(`profiles/${name}.yaml`, text, `sha of ${name}`);
const check = (text: string) => checkProfile(parse('p', text), controls, [soc2]);

test('a profile takes over what it does not say itself, and applies after what it extends', () => {
  const chain = [parse('base', base), parse('strict', strict)] as const;
  for (const file of chain) expect(() => checkProfile(file, controls, [soc2])).not.toThrow();
  const { tailoring, params } = tailor([[...chain]], controls);
  expect(tailoring).toEqual({
    profiles: [
      { id: 'base', title: 'Everywhere', sha256: 'sha of base' },
      { id: 'strict', title: 'Cards', extends: 'base', sha256: 'sha of strict' },
    ],
    selects: [{ profile: 'strict', frameworks: ['soc2'], controls: ['tls.protocol'], severity: 'high' }],
    excluded: [
      {
        ...{ control: 'tls.cert.strong', title: 'Keys are strong', profile: 'base' },
        reason: 'hardware of 2019, RISK-3',
        requirements: [{ framework: 'soc2', id: 'CC1' }],
      },
    ],
  });
  expect(params.map(({ origin, of, value, reason }) => [origin, of, value, reason])).toEqual([
    ['profile', 'base', 3072, 'policy'],
    ['profile', 'strict', 4096, 'cards'],
  ]);
});

test('two profiles that extend one have it once', () => {
  const shared = parse('base', base);
  const other = parse('other', strict.replace('id: strict', 'id: other'));
  const { tailoring } = tailor(
    [
      [shared, parse('strict', strict)],
      [parse('base', base), other],
    ],
    controls,
  );
  expect(tailoring.profiles.map(({ id }) => id)).toEqual(['base', 'strict', 'other']);
  expect(tailoring.selects.map(({ profile }) => profile)).toEqual(['strict', 'other']);
  expect(tailoring.excluded).toHaveLength(1);
});

test('two files with one id are refused with both places', () => {
  const twice = () => tailor([[parse('a', base)], [parse('b', base)]], controls);
  expect(refusalOf(twice)).toMatchObject({
    code: 'ERR_PROFILE',
    message: 'profiles/b.yaml:1:5 expected an id of its own, got "base" (also at profiles/a.yaml:1:5)',
  });
  expect(remedyOf(twice)).toContain('docs/tailoring.md');
});

test('a circle is refused with both places', () => {
  const circular = [parse('strict', strict), parse('base', `${base}extends: strict.yaml\n`)] as const;
  expect(refusalOf(() => refuseCircle(circular, circular[0])).message).toBe(
    'profiles/base.yaml:8:10 expected profiles that end somewhere, got a circle: strict extends base extends strict (it begins at profiles/strict.yaml:3:10)',
  );
});

describe('mistakes are told with their place', () => {
  test.each([
    [
      'a key',
      base.replace('exclude', 'exlude'),
      '4:1 expected a known key, got "exlude"; did you mean "exclude"?',
    ],
    ['no id', base.replace('id: base\n', ''), '1:1 expected the key "id", got none'],
    ['no reason', base.replace(', reason: "hardware of 2019, RISK-3"', ''), '5:5 expected the key "reason"'],
    [
      'a framework',
      base.replace('[soc2]', '[soc3]'),
      '3:24 expected a known framework, got "soc3"; did you mean "soc2"?',
    ],
    ['a severity', base.replace('high', 'higher'), '3:41 expected select.severity to be one of low'],
    [
      'an excluded control',
      base.replace('control: tls.cert.strong', 'control: tls.cert.strng'),
      '5:16 expected the id of a control, got "tls.cert.strng"; did you mean "tls.cert.strong"?',
    ],
    [
      'a group to exclude',
      base.replace('control: tls.cert.strong', 'control: tls.cert'),
      '5:16 expected exclude[0].control to be a control id',
    ],
    [
      'a selected control',
      strict.replace('tls.protocol', 'tls.protocl'),
      '4:22 expected a control, got "tls.protocl"; did you mean "tls.protocol"?',
    ],
    [
      'a parameter',
      base.replace('bits:', 'bit:'),
      '7:22 expected a parameter of tls.cert.strong, got "bit"; did you mean "bits"?',
    ],
    ['a value out of bounds', base.replace('3072', '512'), '7:37 expected a number from 1024, got 512'],
    [
      'a control twice',
      base.replace('exclude:\n', 'exclude:\n  - { control: tls.cert.strong, reason: again }\n'),
      '6:16 expected each control once',
    ],
    [
      'a YAML bomb',
      `a: &a [${'x,'.repeat(200)}x]\nb: &b [${'*a,'.repeat(200)}*a]\n${base}`,
      'expected aliases for at most',
    ],
  ])('%s', (_, text, words) => {
    expect(refusalOf(() => check(text)).message).toContain(words);
  });
});
