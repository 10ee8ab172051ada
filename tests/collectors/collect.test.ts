import { expect, test } from 'vitest';
import { collect } from '../../src/collectors/collect.ts';
import type { SubjectCollector } from '../../src/collectors/collector.ts';
import { networkFailure } from '../../src/collectors/network-error.ts';
import type { CollectedRecord } from '../../src/model/index.ts';
import { collected, collectorOf, contextOf, session, subject, target } from './fake-collector.ts';

async function collectWith(collector: SubjectCollector): Promise<CollectedRecord | undefined> {
  const records: CollectedRecord[] = [];
  const clock = (): Date => new Date('2026-11-20T02:00:00.000Z');
  const options = {
    context: contextOf(),
    collectorOf: async () => collector,
    vantage: 'here',
    concurrency: 1,
    clock,
  };
  await collect([{ target, subject, facts: ['a', 'b'] }], options, async (record) => {
    records.push(record);
  });
  expect(records).toHaveLength(1);
  return records[0];
}

test('a second look that does not connect takes nothing from the first', async () => {
  const principal = { name: 'auditor', privileges: ['member of pg_monitor'] };
  let looks = 0;
  const record = await collectWith(
    collectorOf(
      {
        a: async () => collected(1),
        b: async () => {
          throw networkFailure('timed-out', 'h.example');
        },
      },
      async () => {
        looks += 1;
        if (looks > 1) throw networkFailure('timed-out', 'h.example');
        return { ...session, principal };
      },
    ),
  );
  expect(looks).toBe(2);
  expect(record).toMatchObject({ principal, identity: session.identity, connections: 1 });
  expect(record?.observations.map(({ fact, kind, attempts }) => [fact, kind, attempts])).toEqual([
    ['a', 'seen', 1],
    ['b', 'unseen', 2],
  ]);
});

test('what a second look sees joins what the first saw', async () => {
  let looks = 0;
  const record = await collectWith(
    collectorOf({
      a: async () => collected(1),
      b: async () => {
        looks += 1;
        if (looks === 1) throw networkFailure('timed-out', 'h.example');
        return collected(2);
      },
    }),
  );
  expect(record?.connections).toBe(2);
  expect(record?.observations.map(({ fact, kind, attempts }) => [fact, kind, attempts])).toEqual([
    ['a', 'seen', 1],
    ['b', 'seen', 2],
  ]);
});

test('what waits for a second look does not pile up: with many, the first are looked at again before the end', async () => {
  const total = 400;
  let waiting = 0;
  let most = 0;
  const collector = collectorOf({
    a: async () => {
      throw networkFailure('timed-out', 'h.example');
    },
  });
  const attempts: string[] = [];
  const tasks = Array.from({ length: total }, (_, index) => ({
    target,
    subject: { ...subject, id: `web-${index}` },
    facts: ['a'],
  }));
  const records: CollectedRecord[] = [];
  await collect(
    tasks,
    {
      context: contextOf(),
      collectorOf: async () => collector,
      vantage: 'here',
      concurrency: 4,
      clock: () => new Date(),
      onProgress: (event) => {
        if (event.kind === 'started') attempts.push(`${event.subject.id} ${event.attempt}`);
        else waiting += event.again ? 1 : -1;
        most = Math.max(most, waiting);
      },
    },
    async (record) => {
      records.push(record);
    },
  );
  expect(records).toHaveLength(total);
  expect(new Set(attempts).size).toBe(2 * total);
  expect(most).toBeLessThan(150);
  expect(attempts.indexOf('web-0 2')).toBeLessThan(attempts.indexOf('web-399 1'));
});

test('tasks are taken one by one, as there is somebody to look', async () => {
  let taken = 0;
  let most = 0;
  let done = 0;
  async function* tasks() {
    for (let index = 0; index < 50; index++) {
      taken += 1;
      most = Math.max(most, taken - done);
      yield { target, subject: { ...subject, id: `web-${index}` }, facts: ['a'] };
    }
  }
  const collector = collectorOf({ a: async () => collected(1) });
  await collect(
    tasks(),
    {
      context: contextOf(),
      collectorOf: async () => collector,
      vantage: 'here',
      concurrency: 4,
      clock: () => new Date(),
    },
    async () => {
      done += 1;
    },
  );
  expect(done).toBe(50);
  expect(most).toBeLessThanOrEqual(5);
});
