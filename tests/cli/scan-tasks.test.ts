import { expect, test } from 'vitest';
import { type Resolve, tasksOf } from '../../src/cli/scan-tasks.ts';
import type { CollectTask } from '../../src/collectors/collect.ts';
import { networkFailure } from '../../src/collectors/network-error.ts';
import { withoutNames } from '../../src/collectors/resolve-target.ts';
import { parseTarget } from '../../src/config/target.ts';
import type { Target } from '../../src/model/index.ts';

const signal = new AbortController().signal;

const targets = (count: number): readonly Target[] =>
  Array.from({ length: count }, (_, index) => parseTarget(`https://host-${index}.example`));

const found: Resolve = async (target) => ({
  subjects: [{ ...target, targetId: target.id, address: '192.0.2.1' }],
});

async function all(tasks: AsyncIterable<CollectTask>): Promise<readonly CollectTask[]> {
  const seen: CollectTask[] = [];
  for await (const task of tasks) seen.push(task);
  return seen;
}

test('targets come in the order given, however long each name takes', async () => {
  const slow: Resolve = async (target, until) => {
    await new Promise((resolve) => setTimeout(resolve, target.host.length % 3));
    return found(target, until);
  };
  const given = targets(100);
  const tasks = await all(tasksOf(given, [], signal, { resolve: slow }));
  expect(tasks.map(({ target }) => target.host)).toEqual(given.map(({ host }) => host));
});

test('names are asked for shortly before their turn', async () => {
  let asked = 0;
  const counting: Resolve = (target, until) => {
    asked += 1;
    return found(target, until);
  };
  const tasks = tasksOf(targets(1_000), [], signal, { resolve: counting });
  for (let index = 0; index < 10; index++) await tasks.next();
  expect(asked).toBeLessThan(50);
});

test('a name that does not resolve is asked for twice, and is a task with its reason', async () => {
  let asked = 0;
  const failing: Resolve = async (target) => {
    asked += 1;
    return {
      subjects: [{ ...target, targetId: target.id }],
      failure: networkFailure('unresolved', target.host),
    };
  };
  const [task] = await all(tasksOf(targets(1), [], signal, { resolve: failing }));
  expect(asked).toBe(2);
  expect(task?.failure?.code).toBe('ERR_UNRESOLVED');
});

test.each([
  ['https://pay.example', [], [undefined]],
  ['https://pay.example', ['192.0.2.1', '192.0.2.2'], ['192.0.2.1', '192.0.2.2']],
  ['https://192.0.2.7', [], ['192.0.2.7']],
  ['postgres:///app?host=/run/postgresql', [], [undefined]],
])('without resolving, %s at %j is known as far as it says', async (url, addresses, expected) => {
  const { subjects, failure } = await withoutNames(parseTarget(url, { addresses }), signal);
  expect(subjects.map(({ address }) => address)).toEqual(expected);
  expect(failure).toBeUndefined();
});
