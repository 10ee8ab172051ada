import { describe, expect, test, vi } from 'vitest';
import { collectSubject } from '../../src/collectors/collect-subject.ts';
import type { Session, SubjectCollector } from '../../src/collectors/collector.ts';
import { type Pace, paced } from '../../src/collectors/pace.ts';
import { AssayError, type CollectedRecord } from '../../src/model/index.ts';
import { collected, collectorOf, contextOf, never, session, subject, target } from './fake-collector.ts';

function look(collector: SubjectCollector, facts: readonly string[], context = contextOf()) {
  const what = { target, subject, facts, vantage: 'test', attempt: 1, clock: () => new Date() };
  return collectSubject(collector, what, context);
}

/** Facts with their reason's code, or `seen`. */
function outcomes({ observations }: CollectedRecord): Readonly<Record<string, string>> {
  return Object.fromEntries(
    observations.map((one) => [one.fact, one.kind === 'seen' ? 'seen' : one.reason.code]),
  );
}

describe('what goes wrong with one fact', () => {
  test('is that fact unseen, with the reason given; the others are seen', async () => {
    const evidence = [{ title: 't', mediaType: 'text/plain', extension: 'txt', bytes: Buffer.from('x') }];
    const collector = collectorOf({
      a: async () => collected(1),
      b: async () => {
        throw new AssayError('ERR_DENIED', 'expected an answer, got none', { remedy: 'grant it', evidence });
      },
    });
    const record = await look(collector, ['b', 'a']);
    expect(outcomes(record)).toEqual({ a: 'seen', b: 'ERR_DENIED' });
    expect(record.observations[1]).toMatchObject({ reason: { remedy: 'grant it' }, evidence });
  });

  test.each([
    ['an error of the language', () => Promise.reject(new TypeError('canary'))],
    ['a thrown text', () => Promise.reject('canary')],
    [
      'an error before there is a promise',
      () => {
        throw new RangeError('canary');
      },
    ],
  ])('%s is a defect told as unseen, without its words', async (_, collect) => {
    const record = await look(collectorOf({ a: collect, b: async () => collected(1) }), ['a', 'b']);
    expect(outcomes(record)).toEqual({ a: 'ERR_COLLECTOR', b: 'seen' });
    expect(JSON.stringify(record)).not.toContain('canary');
    expect(JSON.stringify(record)).toContain('defect of assay');
  });

  test('a fact that nobody collects is unseen', async () => {
    expect(outcomes(await look(collectorOf({}), ['x']))).toEqual({ x: 'ERR_NO_COLLECTOR' });
  });

  test('what can be seen from outside is, where no session opens', async () => {
    const why = new AssayError('ERR_AUTHENTICATION', 'expected to get in, got a refusal');
    const outside = vi.fn(async () => ({ ...collected(3), connections: 5 }));
    const inside = collectorOf({ a: async () => collected(1), b: async () => collected(2) }, () =>
      Promise.reject(why),
    );
    const facts = inside.facts.map((one) => (one.fact === 'b' ? { ...one, collectOutside: outside } : one));
    const record = await look({ ...inside, facts }, ['a', 'b']);
    expect(outcomes(record)).toEqual({ a: 'ERR_AUTHENTICATION', b: 'seen' });
    expect(record.observations[1]).toMatchObject({ value: 3 });
    expect(record.connections).toBe(5);
    expect(outside).toHaveBeenCalledWith(
      expect.objectContaining({ target, subject }),
      why,
      expect.anything(),
    );
  });

  test('a defect while opening is not looked past', async () => {
    const outside = vi.fn(async () => collected(3));
    const inside = collectorOf({ a: async () => collected(1) }, () =>
      Promise.reject(new TypeError('canary')),
    );
    const facts = inside.facts.map((one) => ({ ...one, collectOutside: outside }));
    expect(outcomes(await look({ ...inside, facts }, ['a']))).toEqual({ a: 'ERR_COLLECTOR' });
    expect(outside).not.toHaveBeenCalled();
  });

  test('a session that does not open is the reason of all, asked once', async () => {
    const open = vi.fn(() => Promise.reject(new AssayError('ERR_CREDENTIAL', 'expected a secret, got none')));
    const facts = { a: async () => collected(1), b: async () => collected(2) };
    const record = await look(collectorOf(facts, open), ['a', 'b']);
    expect(outcomes(record)).toEqual({ a: 'ERR_CREDENTIAL', b: 'ERR_CREDENTIAL' });
    expect(open).toHaveBeenCalledTimes(1);
    expect(record).toMatchObject({ connections: 0, identity: {} });
  });
});

describe('facts that need others', () => {
  const collector = (a: () => Promise<ReturnType<typeof collected>>): SubjectCollector => ({
    ...collectorOf({ a }),
    facts: [
      { fact: 'a', needs: [], collect: a },
      { fact: 'b', needs: ['a'], collect: async (_, read) => collected([await read('a')]) },
    ],
  });

  test('are collected after them, and both are recorded', async () => {
    const a = vi.fn(async () => collected('first'));
    const record = await look(collector(a), ['b']);
    expect(record.observations).toMatchObject([
      { fact: 'a', value: 'first' },
      { fact: 'b', value: ['first'] },
    ]);
    expect(a).toHaveBeenCalledTimes(1);
  });

  test('are unseen for the same reason', async () => {
    const failing = () => Promise.reject(new AssayError('ERR_DENIED', 'expected an answer, got none'));
    expect(outcomes(await look(collector(failing), ['b']))).toEqual({ a: 'ERR_DENIED', b: 'ERR_DENIED' });
  });
});

describe('nothing holds a look', () => {
  test('a collector that never answers is timed out by the deadline of the subject', async () => {
    const collector = collectorOf({
      a: async () => collected(1),
      b: () => never(),
      c: async () => collected(3),
    });
    const record = await look(collector, ['a', 'b', 'c'], contextOf({ timeoutMs: 10 }));
    expect(outcomes(record)).toEqual({ a: 'seen', b: 'ERR_TIMEOUT', c: 'ERR_TIMEOUT' });
  });

  test('a server that never lets in is timed out too', async () => {
    const collector = collectorOf({ a: async () => collected(1) }, () => never());
    expect(outcomes(await look(collector, ['a'], contextOf({ timeoutMs: 10 })))).toEqual({
      a: 'ERR_TIMEOUT',
    });
  });

  test('a session that never closes has told what it had to tell', async () => {
    const collector = collectorOf({ a: async () => collected(1) }, async () => ({
      ...session,
      close: never,
    }));
    expect(outcomes(await look(collector, ['a']))).toEqual({ a: 'seen' });
  });

  test('a session that fails to close too', async () => {
    const close = () => Promise.reject(new Error('broken'));
    const collector = collectorOf({ a: async () => collected(1) }, async () => ({ ...session, close }));
    expect(outcomes(await look(collector, ['a']))).toEqual({ a: 'seen' });
  });

  test('the end of the scan ends it, and a session that opens after that is closed', async () => {
    const scan = new AbortController();
    const close = vi.fn(async () => undefined);
    let letIn: (late: Session) => void = () => undefined;
    const open = () => new Promise<Session>((resolve) => (letIn = resolve));
    const collector = collectorOf({ a: async () => collected(1) }, open);
    const record = look(collector, ['a'], contextOf({ signal: scan.signal }));
    scan.abort('SIGINT');
    letIn({ ...session, close });
    expect(outcomes(await record)).toEqual({ a: 'ERR_INTERRUPTED' });
    expect(close).toHaveBeenCalledTimes(1);
  });

  test('a scan that is over opens nothing', async () => {
    const open = vi.fn(async () => session);
    const context = contextOf({ signal: AbortSignal.abort('SIGINT') });
    const record = await look(collectorOf({ a: async () => collected(1) }, open), ['a'], context);
    expect(outcomes(record)).toEqual({ a: 'ERR_INTERRUPTED' });
    expect(open).not.toHaveBeenCalled();
  });
});

describe('a slow pace', () => {
  const slow = (durationMs: number): Pace => ({
    room: async () => () => undefined,
    turn: () => new Promise((resolve) => setTimeout(resolve, durationMs)),
  });

  test('is not taken for a slow server', async () => {
    const context = contextOf({ timeoutMs: 20, pace: slow(400) });
    const collector = collectorOf({
      a: (_session, _read, { pace, signal }) =>
        paced({ pace, signal }, 'h.example', async () => {
          await new Promise((resolve) => setTimeout(resolve, 40));
          return collected(1);
        }),
    });
    expect(outcomes(await look(collector, ['a'], context))).toEqual({ a: 'seen' });
  });

  test('gives a slow server no more time', async () => {
    const context = contextOf({ timeoutMs: 20, pace: slow(30) });
    const collector = collectorOf({
      a: (_session, _read, { pace, signal }) => paced({ pace, signal }, 'h.example', () => never()),
    });
    expect(outcomes(await look(collector, ['a'], context))).toEqual({ a: 'ERR_TIMEOUT' });
  });
});
