import { describe, expect, test } from 'vitest';
import { compileControl } from '../../src/engine/assertion.ts';
import { AssertionFault } from '../../src/engine/syntax.ts';
import { control, facts, refusedParam } from './fixture.ts';

function faultOf(text: string): AssertionFault {
  try {
    compileControl(control(text, { params: refusedParam }), facts);
  } catch (error) {
    if (error instanceof AssertionFault) return error;
    throw error;
  }
  throw new Error(`expected a fault, got none: ${text}`);
}

test('a control tells which facts it needs', () => {
  const compiled = compileControl(
    control(
      'tls.versions["TLSv1.2"] == "accepted" && tls.chain.certificates.all(c, c.notAfter > observed.tls.chain)',
    ),
    facts,
  );
  expect(compiled.needs).toEqual(['tls.chain', 'tls.versions']);
  expect(compiled.clauses.map(({ kind }) => kind)).toEqual(['scalar', 'all']);
});

describe('a mistake is told before any scan, where it stands', () => {
  test.each([
    ['a misspelt field', 'tls.chain.certificates.all(c, c.notAftr > observed.tls.chain)', 32, 'notAftr'],
    ['a misspelt fact', 'tls.verions["TLSv1.2"] == "accepted"', 4, 'verions'],
    ['a wrong type', 'tls.chain.certificates.all(c, c.bits == "x")', 30, 'int == string'],
    ['not a bool', 'tls.chain.host', 0, 'expected bool, got string'],
    ['an unclosed bracket', 'tls.versions["TLSv1.2"', 22, 'RBRACKET'],
    ['a map key that the schema does not know', 'tls.versions["TLSv9"] == "accepted"', 13, 'TLSv9'],
    [
      'an optional field without has()',
      'tls.chain.certificates.all(c, c.curve == "P-256")',
      32,
      'has(c.curve)',
    ],
    ['has() of a required field', 'tls.chain.certificates.all(c, has(c.subject))', 34, 'optional'],
    ['a text that a field never holds', 'tls.versions["TLSv1.2"] != "acepted"', 27, 'got "acepted"'],
    ['the same, the other way round', '"acepted" == tls.versions["TLSv1.2"]', 0, 'got "acepted"'],
    ['the same in a list', 'tls.versions["TLSv1.2"] in ["accepted", "refsed"]', 40, 'got "refsed"'],
    ['the same of a list', '"refsed" in [tls.versions["TLSv1.2"]]', 0, 'got "refsed"'],
    [
      'the same under a bound variable',
      'params.refused.all(v, tls.versions[v] == "refsed")',
      41,
      'expected one of ',
    ],
    ['in over a map', '"TLSv1.0" in tls.versions', 0, 'one value of a fact'],
    [
      'a list compared as a whole',
      'tls.chain.certificates.all(c, c.names == ["a"])',
      30,
      'one value of a fact',
    ],
    ['lists joined', 'size(tls.chain.certificates + tls.chain.certificates) > 0', 0, 'one value of a fact'],
    [
      'a list chosen',
      'tls.chain.certificates.all(c, "x" in (c.bits > 1 ? c.names : c.names))',
      0,
      'one value',
    ],
    ['a map counted', 'size(tls.versions) > 1', 5, 'one value of a fact'],
    ['bytes', 'size(b"a") > 0 && tls.chain.host != ""', 5, 'literal'],
    ['a regular expression', 'tls.chain.host.matches("^(a+)+$")', 0, 'matches()'],
    ['map()', 'tls.chain.certificates.map(c, c.subject).all(s, s != "")', 0, 'map()'],
    ['an index that is computed', 'tls.versions[tls.chain.host + "x"] == "refused"', 13, 'index'],
    ['an index of a list', 'tls.chain.certificates[0].bits > 1', 0, 'index'],
    ['a quantifier under ||', 'tls.chain.certificates.all(c, c.bits > 1) || true', 0, 'scalar'],
    ['a negated all', '!tls.chain.certificates.all(c, c.bits > 1)', 0, 'scalar'],
    ['a variable that hides a fact', 'tls.chain.certificates.all(tls, tls.bits > 1)', 0, 'taken'],
    [
      'three nested comprehensions',
      'tls.chain.certificates.all(c, c.names.all(n, c.names.all(m, c.names.exists(o, o == n || m == n))))',
      0,
      'nested',
    ],
    ['an assertion over nothing', 'true', 0, 'reads a fact'],
    ['the subject', 'subject.host == tls.chain.host', 0, 'subject'],
    ['an undeclared parameter', 'params.accepted.all(v, tls.versions[v] == "refused")', 7, 'accepted'],
  ])('%s', (_, text, offset, words) => {
    const fault = faultOf(text);
    expect(fault.message).toContain(words);
    if (offset > 0) expect(fault.offset).toBe(offset);
  });
});

test('a parameter that names a key nobody can answer is a mistake too', () => {
  const params = { refused: { type: 'list<string>', default: ['TLSv1.0', 'TLSv7'] } } as const;
  expect(() =>
    compileControl(control('params.refused.all(v, tls.versions[v] == "refused")', { params }), facts),
  ).toThrow(/got TLSv7/);
});

test('a literal is looked for among the texts that a list can hold; a parameter is left', () => {
  const schema = {
    type: 'array',
    description: 'uses',
    items: { type: 'string', enum: ['sign', 'encrypt'], description: 'use' },
  } as const;
  const own = [...facts, { name: 'tls.uses', subject: 'tls-endpoint', schema } as const];
  const compile = (text: string) => compileControl(control(text, { params: refusedParam }), own);
  for (const slip of [
    '"sing" in tls.uses',
    'tls.uses.all(u, u == "sing")',
    '!tls.uses.exists(u, u in ["sing"])',
  ])
    expect(() => compile(slip)).toThrow('expected one of sign, encrypt, got "sing"');
  for (const right of ['"sign" in tls.uses', 'tls.uses.all(u, u in ["sign", "encrypt"])'])
    expect(compile(right).needs).toEqual(['tls.uses']);
  expect(compile('tls.uses.all(u, u in params.refused)').needs).toEqual(['tls.uses']);
});
