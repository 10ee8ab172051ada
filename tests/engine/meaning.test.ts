import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileControl } from '../../src/engine/assertion.ts';
import { type ASTNode, celEnvironment, serialize } from '../../src/engine/cel.ts';
import { evaluate } from '../../src/engine/evaluate.ts';
import { factValidators } from '../../src/engine/fact-validation.ts';
import { effectiveParams } from '../../src/engine/params.ts';
import type { Completeness, Control, Finding, Json, Observation } from '../../src/model/index.ts';
import { control, facts, recordOf, seen, whole } from './fixture.ts';

const runtime = celEnvironment({ unlistedVariablesAreDyn: true });
/** The tree of an expression, without where its parts stood in the text. */
function shape(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(shape);
  if (typeof node !== 'object' || node === null) return node;
  const { op, args } = node as ASTNode;
  return [op, shape(args)];
}

const expressions: fc.Arbitrary<string> = fc.letrec<{ tree: string }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom('a', 'b.c', 'd["e f"]', '1', '2.0', '"x\\"y\\n"', 'true', 'null', 'l.size()'),
    fc
      .tuple(
        tie('tree'),
        fc.constantFrom('-', '+', '*', '/', '%', '==', '!=', '<', '<=', '&&', '||', 'in'),
        tie('tree'),
      )
      .map(([left, operator, right]) => `(${left}) ${operator} (${right})`),
    tie('tree').map((inner) => `!(${inner})`),
    tie('tree').map((inner) => `-(${inner})`),
    fc.tuple(tie('tree'), tie('tree'), tie('tree')).map(([x, y, z]) => `(${x}) ? (${y}) : (${z})`),
    tie('tree').map((inner) => `m.all(v, ${inner})`),
    tie('tree').map((inner) => `m.filter(w, ${inner}).exists(v, has(v.x))`),
    fc.tuple(tie('tree'), tie('tree')).map(([x, y]) => `[${x}, ${y}]`),
    tie('tree').map((inner) => `(${inner}).startsWith("p")`),
  ),
})).tree;

test('what is run is what was written', () => {
  fc.assert(
    fc.property(expressions, (text) => {
      const { ast } = runtime.parse(text);
      expect(shape(runtime.parse(serialize(ast)).ast)).toEqual(shape(ast));
    }),
    { numRuns: 500, seed: 20261120 },
  );
});

function judge(text: string, observations: readonly Observation[], more: Partial<Control> = {}): Finding {
  const one = control(text, more);
  const record = recordOf(observations);
  return evaluate(compileControl(one, facts), {
    record,
    params: effectiveParams(one, record.subject, { format: 0, overrides: [] }),
    environment: '',
    knowledge: {
      definitions: new Map(facts.map((fact) => [fact.name, fact])),
      validate: factValidators(facts),
    },
  });
}

const leaf = { subject: 'leaf', bits: 2048, notAfter: '2026-11-21T00:00:00Z', names: ['a'] };
const cut = (list: string, returned: number): Completeness => ({
  ...whole(list, returned),
  missing: [{ what: 'one', why: 'denied' }],
});
function chain(certificates: readonly Json[], completeness?: readonly Completeness[]): Observation {
  return seen(
    'tls.chain',
    { host: 'w', certificates },
    completeness ?? [whole('/certificates', certificates.length)],
  );
}

test.each([
  'tls.chain.certificates.all(c, observed.tls.chain - (c.notAfter - duration("240h")) <= duration("0h"))',
  'tls.chain.certificates.all(c, c.bits - (2048 - 1024) <= -1024)',
  'tls.chain.certificates.all(c, (c.bits == 1) == (c.subject == "leaf"))',
])('parentheses count: %s is false', (text) => {
  expect(judge(text, [chain([leaf])]).reason).toBe('fail');
});

test('a witness that is not there is missed, whatever an empty list means', () => {
  const text = 'tls.chain.host == "w" && tls.chain.certificates.exists(c, c.bits > 1)';
  expect(judge(text, [chain([])], { empty: 'not-applicable' }).reason).toBe('unseen');
  expect(
    judge('tls.chain.certificates.exists(c, c.bits > 1)', [chain([])], { empty: 'not-applicable' }).reason,
  ).toBe('not-applicable');
});

describe('observations that are no ground for a judgement', () => {
  const strong = 'tls.chain.certificates.all(c, c.bits > 1)';

  test('a date that does not exist', () => {
    const never = { ...leaf, notAfter: '2026-13-45T99:99:99Z' };
    const text = 'tls.chain.certificates.all(c, !(c.notAfter < observed.tls.chain))';
    expect(judge(text, [chain([never])]).reason).toBe('error');
    expect(judge(strong, [{ ...chain([leaf]), endedAt: '2026-02-30T00:00:00.000Z' }]).reason).toBe('error');
  });

  test('two entries for one list, of which one misses members', () => {
    const both = [whole('/certificates', 1), cut('/certificates', 1)];
    expect(judge(strong, [chain([leaf], both)]).reason).toBe('unseen');
    expect(judge(strong, [chain([leaf], [...both].reverse())]).reason).toBe('unseen');
  });

  test('two observations of one fact', () => {
    expect(judge(strong, [chain([leaf]), chain([leaf])]).reason).toBe('error');
  });
});

test('lists within lists cannot stop a scan, and are no pass', () => {
  const many = Array.from({ length: 2_000 }, (_, index) => ({ ...leaf, subject: `c${index}` }));
  const text = 'tls.chain.certificates.all(c, tls.chain.certificates.exists(d, d.subject == c.subject))';
  const finding = judge(text, [chain(many)]);
  expect(finding).toMatchObject({ reason: 'unseen', unseen: [{ code: 'ERR_TOO_LARGE' }] });
});

test('an exception shows what was read, and no more of it than a person reads', () => {
  const names = Array.from({ length: 1_000 }, (_, index) => `n${index}`);
  const finding = judge('tls.chain.certificates.all(c, c.names.exists(n, n == "none"))', [
    chain([{ ...leaf, names }]),
  ]);
  expect(finding.exceptions[0]?.readings.length).toBeLessThanOrEqual(25);
});

test('equal keys never take the name of another item', () => {
  const weak = { ...leaf, bits: 1 };
  const finding = judge('tls.chain.certificates.all(c, c.bits > 1)', [
    chain([weak, weak, { ...weak, subject: 'leaf (2)' }]),
  ]);
  expect(finding.exceptions.map(({ item }) => item)).toEqual(['leaf', 'leaf (3)', 'leaf (2)']);
});
