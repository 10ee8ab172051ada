import { setImmediate as soon } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type PaceTime, paced, startPace } from '../../src/collectors/pace.ts';

const never = new AbortController().signal;

/** A clock that stands still until the test moves it. */
function fakeTime(): PaceTime & { pass(durationMs: number): Promise<void> } {
  let now = 1_000;
  let timers: { readonly at: number; readonly ring: () => void }[] = [];
  return {
    now: () => now,
    wait: (durationMs, signal) =>
      new Promise<void>((resolve, reject) => {
        timers.push({ at: now + durationMs, ring: resolve });
        signal.addEventListener('abort', () => reject(signal.reason));
      }),
    pass: async (durationMs) => {
      now += durationMs;
      const due = timers.filter(({ at }) => at <= now);
      timers = timers.filter(({ at }) => at > now);
      for (const { ring } of due) ring();
      await soon();
    },
  };
}

describe('the rate', () => {
  test('lets connections through one by one, at the same distance, over all hosts', async () => {
    const time = fakeTime();
    const { turn } = startPace({ maxRate: 10, perHost: 8 }, time);
    let made = 0;
    for (const host of ['a', 'b', 'c', 'a', 'b']) void turn(host, never).then(() => made++);
    await soon();
    expect(made).toBe(1);
    await time.pass(99);
    expect(made).toBe(1);
    await time.pass(1);
    expect(made).toBe(2);
    await time.pass(200);
    expect(made).toBe(4);
  });

  test('is not saved up while nothing is connected to', async () => {
    const time = fakeTime();
    const { turn } = startPace({ maxRate: 10, perHost: 8 }, time);
    await turn('a', never);
    await time.pass(60_000);
    let made = 0;
    for (let i = 0; i < 5; i++) void turn('a', never).then(() => made++);
    await soon();
    expect(made).toBe(1);
  });

  test('is no rate where none was given', async () => {
    const { turn } = startPace({ perHost: 8 });
    await Promise.all(Array.from({ length: 1_000 }, () => turn('a', never)));
  });

  test('ends with the scan', async () => {
    const stop = new AbortController();
    const { turn } = startPace({ maxRate: 1, perHost: 8 }, fakeTime());
    await turn('a', stop.signal);
    const waiting = turn('a', stop.signal);
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'ERR_INTERRUPTED' });
    await expect(turn('a', stop.signal)).rejects.toMatchObject({ code: 'ERR_INTERRUPTED' });
  });
});

describe('room at a host', () => {
  test('is for so many at a time, in order of arrival, and each host has its own', async () => {
    const { room } = startPace({ perHost: 2 });
    const leaves = [await room('a', never), await room('a', never)];
    await room('b', never);
    const order: string[] = [];
    void room('a', never).then(() => order.push('third'));
    void room('a', never).then(() => order.push('fourth'));
    await soon();
    expect(order).toEqual([]);
    leaves[0]?.();
    await soon();
    expect(order).toEqual(['third']);
    leaves[1]?.();
    await soon();
    expect(order).toEqual(['third', 'fourth']);
  });

  test('for two is given at once, and is not overtaken', async () => {
    const { room } = startPace({ perHost: 3 });
    const leaves = [await room('a', never), await room('a', never)];
    const order: string[] = [];
    const two = room('a', never, 2).then(() => order.push('two'));
    void room('a', never).then(() => order.push('one'));
    await soon();
    expect(order).toEqual([]);
    for (const leave of leaves) leave();
    await two;
    await soon();
    expect(order).toEqual(['two', 'one']);
  });

  test('is never more than there is, though it be left twice', async () => {
    const { room } = startPace({ perHost: 1 });
    const leave = await room('a', never, 5);
    const order: string[] = [];
    void room('a', never).then(() => order.push('one'));
    void room('a', never).then(() => order.push('other'));
    leave();
    leave();
    await soon();
    expect(order).toEqual(['one']);
  });

  test('is passed on by who does not wait any longer', async () => {
    const { room } = startPace({ perHost: 2 });
    await room('a', never);
    const stop = new AbortController();
    const two = room('a', stop.signal, 2);
    const one = room('a', never);
    stop.abort();
    await expect(two).rejects.toMatchObject({ code: 'ERR_INTERRUPTED' });
    await one;
    await expect(room('a', stop.signal)).rejects.toMatchObject({ code: 'ERR_INTERRUPTED' });
  });
});

describe('a paced connection', () => {
  test('gives its room back, however it ends', async () => {
    const context = { pace: startPace({ perHost: 1 }), signal: never };
    const broken = paced(context, 'a', async () => {
      throw new Error('broken');
    });
    await expect(broken).rejects.toThrow('broken');
    expect(await paced(context, 'a', async () => 'made')).toBe('made');
  });

  test('gives its room back where its turn does not come', async () => {
    const stop = new AbortController();
    const pace = startPace({ maxRate: 0.001, perHost: 1 }, fakeTime());
    await pace.turn('a', never);
    const waiting = paced({ pace, signal: stop.signal }, 'a', async () => 'made');
    await soon();
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'ERR_INTERRUPTED' });
    await pace.room('a', never);
  });

  test('waits for nothing where no pace was set', async () => {
    expect(await paced({ signal: never }, 'a', async () => 'made')).toBe('made');
  });
});
