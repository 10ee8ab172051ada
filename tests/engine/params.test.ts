import { describe, expect, test } from 'vitest';
import { isLooser, looserOverrides } from '../../src/engine/looser.ts';
import { effectiveParams } from '../../src/engine/params.ts';
import type { Control, Json, ParamOverride, ParamSpec, ParamType } from '../../src/model/index.ts';
import { judge, library, observationsOf } from '../control-cases.ts';
import { control, subject } from './fixture.ts';

const bits: ParamSpec = { type: 'int', default: 2048, stricter: 'higher' };
const one = control('true', { params: { bits } });

function override(origin: ParamOverride['origin'], value: Json, of = ''): ParamOverride {
  return { origin, of, control: one.id, param: 'bits', value, reason: `by the ${origin}` };
}

const all = [
  override('target', 5, 'web'),
  override('tag', 4, 'cde'),
  override('system', 3),
  override('profile', 2, 'strict'),
];
const effective = (overrides: readonly ParamOverride[], tags = ['cde']) =>
  effectiveParams(one, { ...subject, tags }, { format: 0, overrides })['bits'];

describe('precedence', () => {
  test.each(all.map(({ origin }, index) => [origin, index] as const))(
    '%s holds over what is more general, whatever stands first',
    (origin, index) => {
      for (const overrides of [all.slice(index), all.slice(index).toReversed()])
        expect(effective(overrides)).toEqual({
          value: 5 - index,
          origin,
          reason: `by the ${origin}`,
          looser: true,
        });
    },
  );

  test('without any, the default holds', () => {
    expect(effective([])).toEqual({ value: 2048, origin: 'control' });
    expect(effective([override('tag', 4, 'other'), override('target', 5, 'db')])).toEqual({
      value: 2048,
      origin: 'control',
    });
  });

  test('the later of one origin stands', () => {
    expect(effective([override('profile', 2, 'a'), override('profile', 9, 'b')])?.value).toBe(9);
  });

  test('one as strict as the default is not marked', () => {
    expect(effective([override('system', 4096)])).toEqual({
      ...{ value: 4096, origin: 'system', reason: 'by the system' },
    });
  });
});

describe('looser than the default', () => {
  const looser = (type: ParamType, reference: Json, stricter: ParamSpec['stricter'], value: Json): boolean =>
    isLooser({ type, default: reference, ...(stricter === undefined ? {} : { stricter }) }, value);

  test.each<[ParamSpec['stricter'], ParamType, Json, readonly Json[], readonly Json[]]>([
    ['higher', 'int', 10, [10, 11], [9, -1]],
    ['lower', 'int', 10, [10, 9], [11]],
    ['fewer', 'list<string>', ['a', 'b'], [['a', 'b'], ['b', 'a'], ['a'], []], [['c'], ['a', 'b', 'c']]],
    [
      'more',
      'list<int>',
      [1, 2],
      [
        [1, 2],
        [2, 1, 3],
      ],
      [[1], [], [1, 3]],
    ],
    [['off', 'some', 'all'], 'string', 'some', ['some', 'all'], ['off', 'unheard-of']],
    [[false, true], 'bool', true, [true], [false]],
    [undefined, 'int', 10, [10], [9, 11]],
  ])('%j', (stricter, type, reference, strict, loose) => {
    for (const value of strict) expect(looser(type, reference, stricter, value), String(value)).toBe(false);
    for (const value of loose) expect(looser(type, reference, stricter, value), String(value)).toBe(true);
  });

  test('is listed with origin, reason and the systems where it holds, also where it is outranked', () => {
    const controls = [{ file: '', text: '', control: one }];
    const overrides = [override('system', 1024), override('tag', 4096, 'cde'), override('target', 512, 'db')];
    const subjects = [
      subject,
      { ...subject, id: 'api', targetId: 'api', tags: [] },
      { ...subject, id: 'db', targetId: 'db', tags: [] },
      { ...subject, id: 'pg', targetId: 'pg', tags: [], kind: 'postgres-server' as const },
    ];
    const listed = looserOverrides(controls, { format: 0, overrides }, subjects);
    expect(listed).toEqual([
      { ...override('system', 1024), default: 2048, subjects: 1 },
      { ...override('target', 512, 'db'), default: 2048, subjects: 1 },
    ]);
    const outranked = [override('system', 1024), override('system', 2048)];
    expect(looserOverrides(controls, { format: 0, overrides: outranked }, subjects)).toMatchObject([
      { value: 1024, subjects: 0 },
    ]);
  });
});

type Params = Readonly<Record<string, Json>>;
const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

/** Values that are stricter than the default, or looser, as the control's file has it. */
function variants(spec: ParamSpec, towards: 'stricter' | 'looser'): readonly Json[] {
  const { stricter, default: reference, allowed = [], minimum, maximum } = spec;
  const more = [[...new Set([...listOf(reference), ...allowed, 'unheard-of'])]];
  const fewer = listOf(reference).map((_, left) => listOf(reference).filter((__, index) => index !== left));
  if (stricter === 'more') return towards === 'stricter' ? more : fewer;
  if (stricter === 'fewer') return towards === 'stricter' ? fewer : more;
  if (Array.isArray(stricter)) {
    const at = stricter.indexOf(reference);
    return towards === 'stricter' ? stricter.slice(at + 1) : stricter.slice(0, at);
  }
  const up = (stricter === 'higher') === (towards === 'stricter');
  return [up ? (maximum ?? Number(reference) + 1) : (minimum ?? Number(reference) - 1)];
}

function tried(towards: 'stricter' | 'looser', { params: specs }: Control): readonly Params[] {
  return Object.entries(specs).flatMap(([name, spec]) =>
    variants(spec, towards).map((value) => ({ [name]: value })),
  );
}

const tailored = library.filter(({ loaded }) => Object.keys(loaded.source.control.params).length > 0);

describe.each(tailored.map((each) => [each.loaded.source.control.id, each] as const))('%s', (_, each) => {
  const { loaded, cases } = each;
  const { control: tested } = loaded.source;

  test('says which way each parameter is stricter', () => {
    for (const spec of Object.values(tested.params)) expect(spec.stricter).toBeDefined();
  });

  const byDefault = (list: typeof cases.satisfied) =>
    list.filter(({ params }) => Object.keys(params).length === 0);

  test.each([
    ['a stricter value never turns an exception into a pass', 'stricter', cases.notSatisfied, 'pass'],
    ['a looser value never turns a pass into an exception', 'looser', cases.satisfied, 'fail'],
  ] as const)('%s', (__, towards, list, never) => {
    for (const one of byDefault(list))
      for (const params of tried(towards, tested))
        expect(judge(loaded, observationsOf(loaded, one), params).reason, one.name).not.toBe(never);
  });

  test('a list that an override empties never makes it pass', () => {
    const emptied = Object.entries(tested.params).filter(([, spec]) => listOf(spec.default).length > 0);
    for (const [name, spec] of emptied) {
      for (const one of [...cases.notSatisfied, ...cases.unseen, ...cases.satisfied]) {
        const before = judge(loaded, observationsOf(loaded, one), one.params);
        const after = judge(loaded, observationsOf(loaded, one), { ...one.params, [name]: [] });
        if (before.reason !== 'pass' || spec.stricter !== 'fewer')
          expect(after.reason, `${one.name}, ${name}`).not.toBe('pass');
      }
    }
  });
});

test('what an emptied list asks nothing of is unseen, with the parameter named', () => {
  const found = tailored.find(({ loaded }) => 'dangerous' in loaded.source.control.params);
  const [one] = found?.cases.notSatisfied ?? [];
  if (found === undefined || one === undefined) throw new Error('expected a control with such a parameter');
  const finding = judge(found.loaded, observationsOf(found.loaded, one), { dangerous: [] });
  expect(finding).toMatchObject({
    reason: 'unseen',
    unseen: [{ code: 'ERR_EMPTY_PARAM', message: expect.stringContaining('dangerous') }],
    params: { dangerous: { value: [], looser: true } },
  });
});
