import { spawnSync } from 'node:child_process';

/** Runs two commands in turn and prints the medians and the ratio of medians. */
export function paired(nameA, commandA, nameB, commandB, runs, options = {}) {
  const timesA = [];
  const timesB = [];
  for (let run = 0; run < runs + 1; run += 1) {
    const a = timed(commandA, options);
    const b = timed(commandB, options);
    if (run === 0) continue;
    timesA.push(a);
    timesB.push(b);
  }
  const [a, b] = [median(timesA), median(timesB)];
  console.log(
    `${nameA}: ${a.toFixed(0)} ms; ${nameB}: ${b.toFixed(0)} ms; ratio ${(a / b).toFixed(2)} (${runs} pairs)`,
  );
}

function timed([command, ...args], options) {
  const startedAt = process.hrtime.bigint();
  const { status, error } = spawnSync(command, args, { stdio: 'ignore', ...options });
  if (error ?? status !== 0) throw error ?? new Error(`expected ${command} to exit 0, got ${status}`);
  return Number(process.hrtime.bigint() - startedAt) / 1e6;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
