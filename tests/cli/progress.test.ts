import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { durationInWords } from '../../src/cli/headway.ts';
import { startProgress } from '../../src/cli/progress.ts';
import type { CollectTask } from '../../src/collectors/collect.ts';
import { type CollectedRecord, type Subject, sideOf, type Target } from '../../src/model/index.ts';
import { type TerminalOptions, terminal } from './terminal.ts';

const place = {
  kind: 'tls-endpoint',
  locator: 'https://pay.example:443',
  host: 'pay.example',
  port: 443,
  tags: [],
  optional: false,
} as const;

function taskOf(id: string, named: boolean, address?: string): CollectTask {
  const target: Target = { ...place, id, named, addresses: [] };
  const of = address === undefined ? {} : { address };
  const subject: Subject = {
    ...place,
    id: address === undefined ? id : `${id}~${address}`,
    targetId: id,
    ...of,
  };
  return { target, subject, facts: ['tls.versions'] };
}

function httpOf(task: CollectTask): CollectTask {
  return { ...task, subject: sideOf(task.subject, 'http-api') };
}

function recordOf({ subject }: CollectTask, code?: string): CollectedRecord {
  const at = '2026-11-20T00:00:00.000Z';
  const common = { fact: 'tls.versions', method: 'TEST', startedAt: at, endedAt: at, attempts: 1 } as const;
  const empty = { ...common, requests: [], evidence: [] };
  return {
    format: 0,
    subject,
    vantage: 'test',
    identity: {},
    connections: 4,
    observations: [
      code === undefined
        ? { kind: 'seen', ...empty, value: {}, completeness: [], withheld: [] }
        : { kind: 'unseen', ...empty, reason: { code, message: 'm', remedy: 'r' } },
    ],
  };
}

function watch(tasks: readonly CollectTask[], options: TerminalOptions, clock = () => new Date()) {
  const { io, ended } = terminal(options);
  const progress = startProgress({ ...io, clock });
  progress.onPlan({ targets: new Set(tasks.map(({ target }) => target.id)).size });
  for (const task of tasks) progress.onTask(task);
  return {
    start: (task: CollectTask, attempt = 1) =>
      progress.onProgress({ kind: 'started', subject: task.subject, attempt }),
    finish: (task: CollectTask, again = false, code?: string) =>
      progress.onProgress({ kind: 'finished', subject: task.subject, record: recordOf(task, code), again }),
    end: () => progress.end(),
    shown: () => {
      const { stdout, stderr } = ended(0);
      expect(stdout).toBe('');
      return stderr;
    },
  };
}

const clear = '\r\u001b[2K';

describe('where lines cannot be rewritten', () => {
  test.each<[string, TerminalOptions]>([
    ['a pipe', { isTTY: false }],
    ['a terminal that CI offers', { isTTY: true, env: { CI: 'true' } }],
    ['a dumb terminal', { isTTY: true, env: { TERM: 'dumb' } }],
  ])('%s gets one line a target, when nothing more will come of it', (_, options) => {
    const [first, second] = [taskOf('pay-web', true), taskOf('old-web', true)] as const;
    const seen = watch([first, second], options);
    seen.start(first);
    seen.start(second);
    expect(seen.shown()).toBe('');
    seen.finish(second, true, 'ERR_TIMEOUT');
    expect(seen.shown()).toBe('');
    seen.finish(first);
    seen.start(second, 2);
    seen.finish(second, false, 'ERR_TIMEOUT');
    seen.end();
    expect(seen.shown()).toBe(
      'looked at pay-web: 1 fact seen, 4 connections\n' +
        'looked at old-web: 0 facts seen, 1 not seen (ERR_TIMEOUT), 4 connections\n',
    );
  });

  test('an id that nobody gave is replaced by what was typed', () => {
    const one = taskOf('tls-endpoint-0123456789abcdef', false);
    const several = taskOf('tls-endpoint-fedcba9876543210', false, '192.0.2.7');
    const tasks = [one, httpOf(one), several, httpOf(several), httpOf(taskOf('pay-web', true))];
    const seen = watch(tasks, {});
    for (const task of tasks) seen.finish(task);
    expect(seen.shown().replace(/: 1 fact.*/g, '')).toBe(
      [
        'looked at https://pay.example:443',
        'looked at https://pay.example:443 (HTTP)',
        'looked at https://pay.example:443 (192.0.2.7)',
        'looked at https://pay.example:443 (192.0.2.7, HTTP)',
        'looked at pay-web~http',
        '',
      ].join('\n'),
    );
  });
});

describe('of a fleet', () => {
  const fleet = Array.from({ length: 1_200 }, (_, index) => taskOf(`node-${index}`, true));

  test('there is a line every ten seconds, with the rate and the time left, and one at the end', () => {
    let nowMs = Date.parse('2026-11-20T00:00:00Z');
    const seen = watch(fleet, { isTTY: false }, () => new Date(nowMs));
    fleet.forEach((task, index) => {
      nowMs += 50;
      seen.start(task);
      seen.finish(task, false, index % 100 === 0 ? 'ERR_TIMEOUT' : undefined);
    });
    expect(seen.shown().trimEnd().split('\n')).toEqual([
      'looking: 200 of 1,200 done, 2 not wholly seen, 1,200 a minute, 50 s left',
      'looking: 400 of 1,200 done, 4 not wholly seen, 1,200 a minute, 40 s left',
      'looking: 600 of 1,200 done, 6 not wholly seen, 1,200 a minute, 30 s left',
      'looking: 800 of 1,200 done, 8 not wholly seen, 1,200 a minute, 20 s left',
      'looking: 1,000 of 1,200 done, 10 not wholly seen, 1,200 a minute, 10 s left',
      'looking: 1,200 of 1,200 done, 12 not wholly seen, 1,200 a minute',
    ]);
  });

  test('a terminal shows the rate and the time left too', async () => {
    let nowMs = 0;
    const seen = watch(fleet, { isTTY: true }, () => new Date(nowMs));
    for (const task of fleet.slice(0, 60)) {
      nowMs += 1_000;
      seen.finish(task);
    }
    await wait(200);
    expect(seen.shown()).toMatch(/looking: 60 of 1,200 done, 60 a minute, 19 min left$/);
    seen.end();
  });

  test('targets whose names are not resolved yet count as one each', () => {
    const { io, ended } = terminal({ isTTY: true });
    const progress = startProgress(io);
    progress.onPlan({ targets: 3 });
    for (const address of ['192.0.2.1', '192.0.2.2']) progress.onTask(taskOf('web', true, address));
    progress.onProgress({ kind: 'started', subject: taskOf('web', true, '192.0.2.1').subject, attempt: 1 });
    progress.end();
    expect(ended(0).stderr).toContain('looking: 0 of 4 done, web~192.0.2.1');
  });
});

test.each([
  [400, '1 s'],
  [89_000, '89 s'],
  [240_000, '4 min'],
  [7_500_000, '2 h 5 min'],
])('%i ms are %s', (durationMs, words) => {
  expect(durationInWords(durationMs)).toBe(words);
});

describe('on a terminal', () => {
  test('one line is rewritten, and gone at the end', async () => {
    const [first, second] = [taskOf('pay-web', true), taskOf('old-web', true)] as const;
    const seen = watch([first, second], { isTTY: true });
    seen.start(first);
    seen.start(second);
    expect(seen.shown()).toBe('looking: 0 of 2 done, pay-web');
    await wait(200);
    expect(seen.shown()).toMatch(/0 of 2 done, pay-web, old-web$/);
    seen.finish(first, true, 'ERR_RESET');
    seen.finish(second);
    seen.start(first, 2);
    await wait(200);
    expect(seen.shown()).toMatch(/1 of 2 done, pay-web$/);
    seen.end();
    const atEnd = seen.shown();
    expect(atEnd.endsWith(clear)).toBe(true);
    expect(atEnd).not.toContain('\n');
    await wait(200);
    seen.end();
    expect(seen.shown()).toBe(atEnd);
  });

  test.each([1, 20, 80])('of %i columns, no line is as wide as it', async (columns) => {
    const tasks = Array.from({ length: 40 }, (_, index) => taskOf(`target-${index}`, true));
    const seen = watch(tasks, { isTTY: true, columns });
    for (const task of tasks) seen.start(task);
    await wait(200);
    const lines = seen.shown().split(clear);
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(line.length).toBeLessThan(Math.max(columns, 2));
  });

  test('that saw nothing there is nothing to clear', () => {
    const seen = watch([], { isTTY: true });
    seen.end();
    expect(seen.shown()).toBe('');
  });
});
