import { describe, expect, test } from 'vitest';
import { compileControl } from '../../src/engine/assertion.ts';
import { evaluate } from '../../src/engine/evaluate.ts';
import { factValidators } from '../../src/engine/fact-validation.ts';
import { effectiveParams } from '../../src/engine/params.ts';
import type { Control, Finding, Json, Observation } from '../../src/model/index.ts';
import { control, facts, recordOf, refusedParam, seen, unseen, whole } from './fixture.ts';

function judge(text: string, observations: readonly Observation[], more: Partial<Control> = {}): Finding {
  const one = control(text, more);
  const record = recordOf(observations);
  return evaluate(compileControl(one, facts), {
    record,
    params: effectiveParams(one, record.subject, { format: 0, overrides: [] }),
    environment: 'prod',
    knowledge: {
      definitions: new Map(facts.map((fact) => [fact.name, fact])),
      validate: factValidators(facts),
    },
  });
}

const obsolete = 'params.refused.all(v, tls.versions[v] == "refused")';
const versions = (answers: Json): Observation =>
  seen('tls.versions', answers, [whole('', Object.keys(answers as object).length)]);
const certificate = { subject: 'leaf', bits: 2048, notAfter: '2027-01-01T00:00:00Z', names: ['a.example'] };
const chain = (certificates: readonly Json[], returned = certificates.length): Observation =>
  seen('tls.chain', { host: 'web.example', certificates }, [whole('/certificates', returned)]);

describe('a population named by the control', () => {
  test('passes when every item was seen and holds', () => {
    const finding = judge(obsolete, [versions({ 'TLSv1.0': 'refused', 'TLSv1.1': 'refused' })], {
      params: refusedParam,
    });
    expect(finding.reason).toBe('pass');
    expect(finding.population).toMatchObject({ items: 2, exceptions: 0, unseen: 0, complete: true });
  });

  test('names the item that breaks it, with what was read', () => {
    const finding = judge(obsolete, [versions({ 'TLSv1.0': 'accepted', 'TLSv1.1': 'refused' })], {
      params: refusedParam,
    });
    expect(finding.reason).toBe('fail');
    expect(finding.exceptions).toEqual([
      {
        item: 'TLSv1.0',
        fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
        readings: [{ fact: 'tls.versions', pointer: '/TLSv1.0', value: 'accepted' }],
      },
    ]);
  });

  test('an item without an answer is unseen, and alone prevents a pass', () => {
    const finding = judge(obsolete, [versions({ 'TLSv1.0': 'refused' })], { params: refusedParam });
    expect(finding.reason).toBe('unseen');
    expect(finding.unseen).toMatchObject([{ item: 'TLSv1.1', code: 'ERR_NO_ANSWER' }]);
  });

  test('an exception stands even when other items are unseen', () => {
    const finding = judge(obsolete, [versions({ 'TLSv1.0': 'accepted' })], { params: refusedParam });
    expect(finding.reason).toBe('fail');
    expect(finding.population).toMatchObject({ items: 2, exceptions: 1, unseen: 1 });
  });

  test('a fact that could not be seen makes every item unseen, for its reason', () => {
    const finding = judge(obsolete, [unseen('tls.versions')], { params: refusedParam });
    expect(finding.reason).toBe('unseen');
    expect(finding.unseen).toEqual([
      {
        item: 'TLSv1.0, TLSv1.1',
        fact: 'tls.versions',
        code: 'ERR_DENIED',
        message: 'no tls.versions',
        remedy: 'allow it',
      },
    ]);
  });

  test('a fact that nobody collected is unseen', () => {
    expect(judge(obsolete, [], { params: refusedParam }).unseen[0]?.code).toBe('ERR_NOT_COLLECTED');
  });
});

describe('a population that was found', () => {
  const strong = 'tls.chain.certificates.all(c, c.bits >= 2048)';

  test('passes over a complete list, and says how the list was established', () => {
    const finding = judge(strong, [chain([certificate])]);
    expect(finding.reason).toBe('pass');
    expect(finding.population.basis).toEqual(['all that was sent']);
  });

  test('cannot pass over an empty list', () => {
    expect(judge(strong, [chain([])])).toMatchObject({ reason: 'unseen', unseen: [{ code: 'ERR_EMPTY' }] });
  });

  test('over a list that nobody declared is not tested, and names the parameter', () => {
    const params = { wanted: { type: 'list<string>', default: [], description: 'what is wanted' } } as const;
    const wanted = 'params.wanted.all(w, tls.chain.certificates.exists(c, c.subject == w))';
    expect(judge(wanted, [chain([certificate])], { params })).toMatchObject({
      reason: 'unseen',
      unseen: [{ code: 'ERR_NOT_DECLARED', item: 'params.wanted' }],
    });
  });

  test('of a fact that was not seen, the fact says why, whatever was declared', () => {
    const params = { wanted: { type: 'list<string>', default: [], description: 'what is wanted' } } as const;
    const wanted = 'params.wanted.all(w, tls.chain.certificates.exists(c, c.subject == w))';
    expect(judge(wanted, [unseen('tls.chain')], { params }).unseen).toMatchObject([{ code: 'ERR_DENIED' }]);
  });

  test('is not applicable over an empty list only where the control says so', () => {
    expect(judge(strong, [chain([])], { empty: 'not-applicable' }).reason).toBe('not-applicable');
  });

  test('an empty list that is not known to be whole stays unseen even then', () => {
    expect(judge(strong, [chain([], 1)], { empty: 'not-applicable' }).reason).toBe('unseen');
  });

  test.each([
    ['misses a member', [{ ...whole('/certificates', 1), missing: [{ what: 'TLS 1.3', why: 'reset' }] }]],
    ['has fewer than its total', [{ ...whole('/certificates', 1), total: 2 }]],
    ['was cut after it was counted', [whole('/certificates', 2)]],
    ['nobody vouched for', []],
    ['only another list was vouched for', [whole('/others', 1)]],
  ])('cannot pass over a list that %s', (_, completeness) => {
    const value = { host: 'web.example', certificates: [certificate] };
    const finding = judge(strong, [seen('tls.chain', value, completeness)]);
    expect(finding.reason).toBe('unseen');
    expect(finding.population.complete).toBe(false);
  });

  test('an exception in an incomplete list still fails', () => {
    const weak = { ...certificate, subject: 'weak', bits: 1024 };
    const finding = judge(strong, [chain([certificate, weak], 5)]);
    expect(finding.reason).toBe('fail');
    expect(finding.exceptions.map(({ item }) => item)).toEqual(['weak']);
  });

  test('an item that lacks a field it reads is unseen', () => {
    const { bits: _, ...unmeasured } = certificate;
    expect(judge(strong, [chain([certificate, { ...unmeasured, subject: 'x' }])])).toMatchObject({
      reason: 'unseen',
      population: { items: 2, unseen: 1 },
    });
  });

  test('CEL would absorb the missing field; presence is proved first', () => {
    const { bits: _, ...unmeasured } = certificate;
    const absorbed = 'tls.chain.certificates.all(c, c.bits >= 2048 || c.subject == "leaf")';
    expect(judge(absorbed, [chain([unmeasured])]).reason).toBe('unseen');
  });

  test('a filter narrows the population, and an item it cannot place is unseen', () => {
    const filtered = 'tls.chain.certificates.filter(c, c.bits < 3000).all(d, d.subject == "leaf")';
    const large = { ...certificate, subject: 'large', bits: 4096 };
    const { bits: _, ...unmeasured } = certificate;
    expect(judge(filtered, [chain([certificate, large])]).reason).toBe('pass');
    expect(judge(filtered, [chain([certificate, { ...unmeasured, subject: 'x' }])]).reason).toBe('unseen');
  });

  test('!exists reports each member that should not be there', () => {
    const finding = judge('!tls.chain.certificates.exists(c, c.bits < 2048)', [
      chain([certificate, { ...certificate, subject: 'weak', bits: 512 }]),
    ]);
    expect(finding.exceptions.map(({ item }) => item)).toEqual(['weak']);
  });

  test('exists needs one witness over a list seen whole', () => {
    const some = 'tls.chain.certificates.exists(c, c.bits == 4096)';
    const large = { ...certificate, subject: 'large', bits: 4096 };
    expect(judge(some, [chain([certificate, large])]).reason).toBe('pass');
    expect(judge(some, [chain([certificate])]).reason).toBe('fail');
    expect(judge(some, [chain([certificate, large], 3)]).reason).toBe('unseen');
    const { bits: _, ...unmeasured } = certificate;
    expect(judge(some, [chain([certificate, { ...unmeasured, subject: 'x' }])]).reason).toBe('unseen');
  });

  test('a list inside an item must be whole too', () => {
    const named = 'tls.chain.certificates.all(c, c.names.exists(n, n == "a.example"))';
    expect(judge(named, [chain([certificate])]).reason).toBe('pass');
    const cut = { ...whole('/certificates/0/names', 1), missing: [{ what: 'names', why: 'too many' }] };
    const value = { host: 'web.example', certificates: [certificate] };
    expect(judge(named, [seen('tls.chain', value, [whole('/certificates', 1), cut])]).reason).toBe('unseen');
  });

  test('an optional field may be absent where has() asks for it', () => {
    const curved = 'tls.chain.certificates.all(c, !has(c.curve) || c.curve != "P-192")';
    expect(judge(curved, [chain([certificate])]).reason).toBe('pass');
    expect(judge(curved, [chain([{ ...certificate, curve: 'P-192' }])]).reason).toBe('fail');
  });

  test('ages are told from the time of collection', () => {
    const current = 'tls.chain.certificates.all(c, c.notAfter - observed.tls.chain > duration("720h"))';
    expect(judge(current, [chain([certificate])]).reason).toBe('pass');
    expect(judge(current, [chain([{ ...certificate, notAfter: '2026-12-01T00:00:00Z' }])]).reason).toBe(
      'fail',
    );
  });

  test('the same member twice is two items', () => {
    const weak = { ...certificate, bits: 1 };
    expect(judge(strong, [chain([weak, weak])]).exceptions.map(({ item }) => item)).toEqual([
      'leaf',
      'leaf (2)',
    ]);
  });
});

describe('what is not a verdict on the system', () => {
  test('a fact of the wrong shape is a defect, not a pass', () => {
    const broken = seen('tls.versions', { 'TLSv1.0': 'refused', 'TLSv1.1': 7 }, [whole('', 2)]);
    expect(judge(obsolete, [broken], { params: refusedParam }).reason).toBe('error');
    const foreign = versions({ 'TLSv1.0': 'refused', 'TLSv1.1': 'refused', other: 'refused' });
    expect(judge(obsolete, [foreign], { params: refusedParam }).reason).toBe('error');
  });

  test('an assertion that fails while it runs is a defect', () => {
    const divides = 'tls.chain.certificates.all(c, 1 / (c.bits - c.bits) > 0)';
    expect(judge(divides, [chain([certificate])]).reason).toBe('error');
  });

  test('applies-when gives not-applicable with its text', () => {
    const appliesWhen = { expression: '"public" in subject.tags', otherwise: 'the endpoint is not public' };
    const finding = judge(obsolete, [versions({})], { params: refusedParam, appliesWhen });
    expect(finding).toMatchObject({ reason: 'not-applicable', message: 'the endpoint is not public' });
  });
});

test('a fingerprint depends on control, subject and item only', () => {
  const weak = { ...certificate, bits: 1024 };
  const strong = 'tls.chain.certificates.all(c, c.bits >= 2048)';
  const first = judge(strong, [chain([weak])]).exceptions[0];
  const later = judge(strong, [
    chain([
      { ...certificate, subject: 'new' },
      { ...weak, bits: 512 },
    ]),
  ]).exceptions[0];
  expect(later?.fingerprint).toBe(first?.fingerprint);
});

test('clauses that speak of one item give one item, and the worst stands', () => {
  const both =
    'tls.chain.certificates.all(c, c.bits >= 2048) && tls.chain.certificates.all(c, c.subject != "leaf")';
  expect(judge(both, [chain([certificate])])).toMatchObject({
    reason: 'fail',
    population: { items: 1, exceptions: 1 },
  });
});
