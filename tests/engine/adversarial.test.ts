import { describe, expect, test } from 'vitest';
import { compileControl } from '../../src/engine/assertion.ts';
import { evaluate } from '../../src/engine/evaluate.ts';
import { factValidators } from '../../src/engine/fact-validation.ts';
import { effectiveParams } from '../../src/engine/params.ts';
import { AssertionFault } from '../../src/engine/syntax.ts';
import type {
  Completeness,
  Control,
  Finding,
  Json,
  Observation,
  ParamOverrides,
} from '../../src/model/index.ts';
import { control, facts, recordOf, seen, whole } from './fixture.ts';

interface Attempt extends Partial<Control> {
  readonly overrides?: ParamOverrides['overrides'];
}

function judge(
  text: string,
  observations: readonly Observation[],
  { overrides = [], ...more }: Attempt = {},
): Finding {
  const one = control(text, more);
  const record = recordOf(observations);
  return evaluate(compileControl(one, facts), {
    record,
    params: effectiveParams(one, record.subject, { format: 0, overrides }),
    environment: 'prod',
    knowledge: {
      definitions: new Map(facts.map((fact) => [fact.name, fact])),
      validate: factValidators(facts),
    },
  });
}

const leaf = { subject: 'leaf', bits: 2048, notAfter: '2027-01-01T00:00:00Z', names: ['a.example'] };
const { bits: _, ...unmeasured } = leaf;
const onlyTls12 = seen('tls.versions', { 'TLSv1.2': 'accepted' }, [whole('', 1)]);

function chain(certificates: readonly Json[], completeness?: readonly Completeness[]): Observation {
  const value = { host: 'web.example', certificates };
  return seen('tls.chain', value, completeness ?? [whole('/certificates', certificates.length)]);
}

const cut = (list: string, returned: number): Completeness => ({
  ...whole(list, returned),
  missing: [{ what: 'others', why: 'denied' }],
});

describe('what is missing cannot be argued away', () => {
  test.each([
    ['a disjunction that holds anyway', 'tls.versions["TLSv1.0"] == "refused" || true'],
    ['the branch that is not taken', '1 == 1 ? true : tls.versions["TLSv1.0"] == "refused"'],
    ['a conjunction that is false anyway', '!(false && tls.versions["TLSv1.0"] == "accepted")'],
    ['a comparison with itself', 'tls.versions["TLSv1.0"] == tls.versions["TLSv1.0"]'],
    ['membership', '!(tls.versions["TLSv1.0"] in ["accepted"])'],
    ['text made of it', '!tls.versions["TLSv1.0"].contains("accepted")'],
    ['the time of a fact that nobody saw', 'true || observed.tls.chain > timestamp("2000-01-01T00:00:00Z")'],
  ])('by %s', (_name, text) => {
    expect(judge(`${text} && tls.versions["TLSv1.2"] == "accepted"`, [onlyTls12]).reason).toBe('unseen');
  });

  test('by an inner quantifier that another member decides', () => {
    const inner =
      'tls.chain.certificates.all(c, tls.chain.certificates.exists(d, d.subject == "leaf" || d.bits > 1))';
    const both = [leaf, { ...unmeasured, subject: 'other' }];
    expect(judge(inner, [chain(both)])).toMatchObject({ reason: 'unseen', population: { unseen: 2 } });
    expect(judge(inner, [chain([leaf])]).reason).toBe('pass');
  });

  test('by a chain of filters: what one of them cannot place stays in the population', () => {
    const twice =
      'tls.chain.certificates.filter(c, c.subject != "x").filter(d, d.bits > 1).all(e, e.subject == "leaf")';
    expect(judge(twice, [chain([leaf, { ...unmeasured, subject: 'y' }])]).reason).toBe('unseen');
    expect(judge(twice, [chain([leaf, { ...unmeasured, subject: 'x' }])]).reason).toBe('pass');
  });

  test('by counting or searching a list that was cut', () => {
    const cutList = [chain([leaf], [cut('/certificates', 1)])];
    expect(judge('size(tls.chain.certificates) == 1', cutList).reason).toBe('unseen');
    expect(judge('size(tls.chain.certificates) == 1', [chain([leaf])]).reason).toBe('pass');
    const cutNames = [chain([leaf], [whole('/certificates', 1), cut('/certificates/0/names', 1)])];
    const searched = 'tls.chain.certificates.all(c, !("evil.example" in c.names))';
    expect(judge(searched, cutNames).reason).toBe('unseen');
    expect(judge(searched, [chain([leaf])]).reason).toBe('pass');
  });
});

describe('a name of an object’s prototype is no key', () => {
  const params = { asked: { type: 'list<string>', default: ['TLSv1.2'] } } as const;
  const expectation = 'params.asked.all(v, tls.versions[v] != "accepted")';

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', 'TLSv1.2 '])('%j', (key) => {
    const override = { origin: 'system', of: '', control: 'tls.test.control', param: 'asked' } as const;
    const overrides = [{ ...override, value: [key], reason: 'a test' }];
    expect(judge(expectation, [onlyTls12], { params, overrides }).reason).toBe('unseen');
    expect(judge(expectation, [onlyTls12], { params }).reason).toBe('fail');
  });
});

test('a population that an override empties proves nothing', () => {
  const params = { asked: { type: 'list<string>', default: ['TLSv1.2'] } } as const;
  const override = { origin: 'target', of: 'web', control: 'tls.test.control', param: 'asked' } as const;
  const finding = judge('params.asked.all(v, tls.versions[v] == "accepted")', [onlyTls12], {
    params,
    overrides: [{ ...override, value: [], reason: 'a test' }],
  });
  expect(finding).toMatchObject({
    reason: 'unseen',
    unseen: [{ code: 'ERR_EMPTY' }],
    params: { asked: { value: [], origin: 'target' } },
  });
});

describe('equal item keys', () => {
  const named = (subject: string, bits: number): Json => ({ ...leaf, subject, bits });

  test('in two clauses do not hide the one that breaks', () => {
    const clauses = ['tls.chain.certificates.all(c, c.bits > 4000)', 'tls.chain.host == "web.example"'];
    const certificate = [chain([named('tls.chain.host', 2048)])];
    for (const text of [clauses.join(' && '), clauses.toReversed().join(' && ')]) {
      expect(judge(text, certificate).exceptions.map(({ item }) => item)).toEqual(['tls.chain.host']);
    }
  });

  test('in one list do not hide the one that is unseen', () => {
    const { bits: _bits, ...unread } = leaf;
    for (const certificates of [
      [leaf, unread],
      [unread, leaf],
    ]) {
      const finding = judge('tls.chain.certificates.all(c, c.bits > 1)', [chain(certificates)]);
      expect(finding).toMatchObject({ reason: 'unseen', population: { items: 2, unseen: 1 } });
    }
  });
});

describe('an assertion that could hide something is refused', () => {
  test.each([
    'tls.chain.certificates.exists_one(c, c.bits > 1)',
    '!!tls.chain.certificates.exists(c, c.bits > 1)',
    'tls.chain.certificates.all(c, c.bits > 1) ? true : true',
    'tls.chain.certificates.all(c, c.bits > 1) == true',
    '[1, 2].all(n, n > 0) && tls.chain.host == "x"',
    '(1 == 1 ? tls.chain.certificates : tls.chain.certificates).all(c, c.bits > 1)',
    'tls.chain.certificates.all(c, c.names.all(c, c == "a"))',
    'tls.chain.certificates.all(observed, observed.bits > 1)',
    'tls.chain.certificates.all(c, c.?curve.orValue("P-256") == "P-256")',
    'tls.chain.certificates.all(c, c.names[0] == "a")',
    '{"a": 1} == {"a": 1} && tls.chain.host == "x"',
    'size(tls.chain.certificates.filter(c, c.bits < 2048)) == 0',
    `${'('.repeat(20_000)}tls.chain.host == "x"${')'.repeat(20_000)}`,
    `${'('.repeat(2000)}tls.chain.host == "x"${')'.repeat(2000)}`,
    `${'!'.repeat(4000)}(tls.chain.host == "x")`,
  ])('%.80s', (text) => {
    expect(() => compileControl(control(text), facts)).toThrow(AssertionFault);
  });
});
