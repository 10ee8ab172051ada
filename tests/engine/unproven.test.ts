import { expect, test } from 'vitest';
import { compileControl } from '../../src/engine/assertion.ts';
import { evaluate } from '../../src/engine/evaluate.ts';
import { factValidators } from '../../src/engine/fact-validation.ts';
import { startUnproven } from '../../src/engine/unproven.ts';
import type { Audit, JudgeInput, Subject, SubjectRecord } from '../../src/model/index.ts';
import { control, facts, recordOf, seen, subject, unseen, whole } from './fixture.ts';

const one = control('tls.versions["TLSv1.0"] == "refused"', {
  satisfies: { demo: [{ id: '1.1', strength: 'supporting' }] },
});
const compiled = compileControl(one, facts);
const knowledge = {
  definitions: new Map(facts.map((fact) => [fact.name, fact])),
  validate: factValidators(facts),
};
const cde: Audit = { framework: 'demo', boundaryTags: ['cde'], declared: true };

function unproven(
  records: readonly SubjectRecord[],
  audits: readonly Audit[],
  subjects: readonly Subject[] = records.map((record) => record.subject),
): number {
  const input = {
    scope: { audits, subjects },
    controls: [{ file: '', text: '', control: one }],
  } as unknown as JudgeInput;
  const fold = startUnproven(input);
  for (const record of records) {
    fold.add(record, [evaluate(compiled, { record, params: {}, environment: '', knowledge })]);
  }
  return fold.count();
}

const refused = seen('tls.versions', { 'TLSv1.0': 'refused' }, [whole('', 1)]);
const inside = recordOf([refused]);
const outside = recordOf([refused], { id: 'edge', tags: ['edge'] });
const down = recordOf([unseen('tls.versions')], { optional: true });
const silent = recordOf([unseen('tls.versions'), seen('tls.chain', { host: 'h', certificates: [] })], {
  optional: true,
});

test('what was concluded inside the boundary is proved', () => {
  expect(unproven([inside], [cde])).toBe(0);
});

test('an audit inside whose boundary nothing was looked at is not, whatever else passes', () => {
  expect(unproven([outside], [cde])).toBe(1);
  const { declared: _, ...undeclared } = cde;
  expect(unproven([outside], [undeclared])).toBe(0);
});

test('an optional target forgives that it was not reached, and only that', () => {
  expect(unproven([down], [])).toBe(0);
  expect(unproven([silent], [])).toBe(1);
});

test('an optional target whose TLS was reached does not forgive its HTTP side', () => {
  const optional = { optional: true };
  const tls = recordOf([refused], optional);
  const http = recordOf([unseen('tls.versions')], {
    ...optional,
    id: `${tls.subject.id}~http`,
    kind: 'http-api',
  });
  const other = recordOf([unseen('tls.versions')], { ...optional, id: 'other~http', kind: 'http-api' });
  expect(unproven([tls, http], [])).toBe(1);
  expect(unproven([tls, other], [])).toBe(0);
});

test('an audit rests on something: an optional target alone does not prove it when it is down', () => {
  expect(unproven([down], [cde])).toBe(1);
});

test('a subject of the scope that has no record is not proved', () => {
  expect(unproven([inside], [], [subject, { ...subject, id: 'lost' }])).toBe(1);
  expect(unproven([inside], [], [subject, { ...subject, id: 'lost', optional: true }])).toBe(0);
});
