// Whole processes, by GNU time: wall, CPU of the process and its children, peak memory of the largest of them.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';

const notes = join(tmpdir(), `assay-bench-time-${process.pid}`);

/**
 * Runs the commands in turn, `runs` times after one that does not count, unless `cold`; the medians of each.
 *
 * @param accepted how many connections the servers have taken so far
 */
export async function inTurn(commands, runs, { accepted, cold = false, ...options }) {
  const taken = new Map(Object.keys(commands).map((name) => [name, []]));
  for (let run = cold ? 1 : 0; run < runs + 1; run += 1)
    for (const [name, command] of Object.entries(commands)) {
      const opened = await accepted();
      const one = measured(command, options);
      if (run > 0) taken.get(name).push({ ...one, connections: (await accepted()) - opened });
    }
  return Object.fromEntries([...taken].map(([name, each]) => [name, medians(each)]));
}

function measured([command, ...args], { before, accept = [0], ...options } = {}) {
  before?.();
  const { status, error, stderr } = spawnSync(
    '/usr/bin/time',
    ['-q', '-o', notes, '-f', '%e %U %S %M', command, ...args],
    { stdio: ['ignore', 'ignore', 'pipe'], maxBuffer: 64 * 1024 * 1024, ...options },
  );
  if (error) throw error;
  if (!accept.includes(status))
    throw new Error(`expected ${command} to exit ${accept}, got ${status}: ${stderr}`);
  const [wall, user, system, kilobytes] = readFileSync(notes, 'utf8').trim().split(' ').map(Number);
  rmSync(notes);
  return { wallMs: wall * 1000, cpuMs: (user + system) * 1000, rssMb: kilobytes / 1024 };
}

function medians(runs) {
  return Object.fromEntries(Object.keys(runs[0]).map((key) => [key, median(runs.map((run) => run[key]))]));
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** Prints a table of what was measured, `endpoints` each. */
export function printTable(title, results, endpoints = 1) {
  console.log(`\n${title} (load ${loadavg()[0].toFixed(1)})`);
  console.log('| | wall ms | CPU ms an endpoint | MB | connections an endpoint |\n|---|---|---|---|---|');
  for (const [name, { wallMs, cpuMs, rssMb, connections }] of Object.entries(results)) {
    const each = [wallMs, cpuMs / endpoints, rssMb, connections / endpoints];
    const digits = [0, 2, 0, 1];
    console.log(`| ${name} | ${each.map((value, index) => value.toFixed(digits[index])).join(' | ')} |`);
  }
}
