import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { startProgress } from '../../src/cli/progress.ts';
import type { CollectTask } from '../../src/collectors/collect.ts';
import { type CollectedRecord, httpSideOf, type Subject, type Target } from '../../src/model/index.ts';
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
  return { ...task, subject: httpSideOf(task.subject) };
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

function watch(tasks: readonly CollectTask[], options: TerminalOptions) {
  const { io, ended } = terminal(options);
  const progress = startProgress(io);
  progress.onPlan(tasks);
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
