import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fitting } from '../../src/bundle/fitting.ts';
import { stableJson } from '../../src/bundle/json.ts';
import { requireReadable, requireReadableLine } from '../../src/bundle/readable.ts';
import { openBundle } from '../../src/bundle/writer.ts';
import type { CollectedRecord, Json } from '../../src/model/index.ts';
import { collected, inputs, temporaryFolder } from './fixture.ts';

/** A record with one seen observation for each value. */
function recordOf(values: Readonly<Record<string, Json>>): CollectedRecord {
  const record = collected('web');
  const [seen] = record.observations;
  const observations = Object.entries(values).map(([fact, value]) => ({ ...seen, fact, value }));
  return { ...record, observations: observations as CollectedRecord['observations'] };
}

const seenIn = ({ observations }: CollectedRecord): readonly string[] =>
  observations.flatMap(({ kind, fact }) => (kind === 'seen' ? [fact] : []));

const facts = { 'a.small': 'x', 'b.large': 'x'.repeat(5_000), 'c.some': 'x'.repeat(1_000) };

test('a record with room for all of it stays as it is', () => {
  const record = recordOf(facts);
  expect(fitting(record)).toBe(record);
  expect(fitting(record, { bytes: 100_000, values: 1_000 })).toBe(record);
});

test('the largest observations give way, as not seen, with their evidence', () => {
  const record = recordOf(facts);
  const fitted = fitting(record, { bytes: 5_000, values: 1_000 });
  expect(seenIn(fitted)).toEqual(['a.small', 'c.some']);
  expect(fitted.observations[1]).toEqual({
    ...{ kind: 'unseen', fact: 'b.large', method: 'TEST', attempts: 1 },
    startedAt: record.observations[1]?.startedAt,
    endedAt: record.observations[1]?.endedAt,
    requests: record.observations[1]?.requests,
    evidence: record.observations[1]?.evidence,
    reason: expect.objectContaining({ code: 'ERR_TOO_LARGE' }),
  });
  expect(fitted.observations).toHaveLength(3);
});

test('values count as bytes do', () => {
  const many = recordOf({ 'a.many': Array(500).fill(1), 'b.few': ['x'.repeat(9_000)] });
  expect(seenIn(fitting(many, { bytes: 100_000, values: 200 }))).toEqual(['b.few']);
});

test('what a reader would refuse is not written', async () => {
  const scope = 'data/scope/scope.json';
  expect(() => requireReadable(scope, stableJson(inputs().scope))).not.toThrow();
  const tooLarge = expect.objectContaining({ code: 'ERR_OUTPUT_TOO_LARGE', remedy: expect.any(String) });
  expect(() => requireReadable(scope, 'x'.repeat(67_108_865))).toThrow(tooLarge);
  expect(() => requireReadable(scope, '['.repeat(65))).toThrow(tooLarge);
  expect(() => requireReadableLine('data/findings.ndjson', 'x'.repeat(33_554_433))).toThrow(tooLarge);
  const bundle = await openBundle(join(temporaryFolder(), 'b'));
  await bundle.spool(collected('web'));
  const { judge, ...rest } = inputs();
  const message = 'x'.repeat(33_554_433);
  const verbose = {
    ...judge,
    subject: (record: Parameters<typeof judge.subject>[0]) =>
      judge.subject(record).map((finding) => ({ ...finding, message })),
  };
  await expect(bundle.seal({ ...rest, judge: verbose })).rejects.toThrow(tooLarge);
});
