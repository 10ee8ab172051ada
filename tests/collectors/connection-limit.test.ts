import { expect, test } from 'vitest';
import { connectionLimit } from '../../src/collectors/connection-limit.ts';

test('runs at most so many at a time, the others in order, failures too', async () => {
  const limit = connectionLimit(2);
  const order: number[] = [];
  let running = 0;
  let most = 0;
  const run = async (index: number): Promise<number> => {
    order.push(index);
    most = Math.max(most, ++running);
    await Promise.resolve();
    running--;
    if (index === 1) throw new Error('failed');
    return index;
  };
  const outcomes = await Promise.allSettled([0, 1, 2, 3, 4].map((index) => limit(() => run(index))));
  expect(outcomes.map(({ status }) => status)).toEqual(
    [0, 1, 2, 3, 4].map((index) => (index === 1 ? 'rejected' : 'fulfilled')),
  );
  expect(order).toEqual([0, 1, 2, 3, 4]);
  expect([most, running]).toEqual([2, 0]);
});
