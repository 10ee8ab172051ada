// A seeded mutation campaign over every reader of bytes that a server sends; docs/fuzzing.md says how it works.
// node bench/fuzz/run.js [--seed 1] [--inputs 100000] [--targets a,b] [--minutes 60] [--findings DIR] [--summary FILE]
//   [--keep] [--list] [--replay FILE --targets a]
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { keepInputs } from './corpus.js';
import { executor } from './executor.js';
import { printSummary, writeSummary } from './summary.js';
import { supervise } from './supervise.js';
import { targets } from './targets/index.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    inputs: { type: 'string', default: '100000' },
    targets: { type: 'string', default: '' },
    minutes: { type: 'string', default: '60' },
    findings: { type: 'string', default: join(tmpdir(), 'assay-fuzz-findings') },
    summary: { type: 'string' },
    replay: { type: 'string' },
    keep: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
});

const wanted = values.targets === '' ? targets.map(({ name }) => name) : values.targets.split(',');
const chosen = wanted.map((name) => {
  const target = targets.find((one) => one.name === name);
  if (target === undefined) throw new Error(`expected one of ${targets.map((one) => one.name)}, got ${name}`);
  return target;
});

if (values.list) for (const { name, about } of chosen) console.log(`${name.padEnd(24)}${about}`);
else if (values.replay !== undefined) replay(chosen[0], readFileSync(values.replay));
else process.exitCode = await runAll();

function replay(target, bytes) {
  const shared = new SharedArrayBuffer(8 + bytes.length);
  const { run, outcomes } = executor(target, shared, ({ kind, message, place }) =>
    console.log(kind, message, place),
  );
  run(Uint8Array.from(bytes));
  console.log(outcomes);
}

async function runAll() {
  const shares = chosen.reduce((sum, { share }) => sum + share, 0);
  const results = [];
  for (const { name, share } of chosen) {
    const part = share / shares;
    const inputs = Math.ceil(Number(values.inputs) * part);
    const result = await supervise(name, { seed: values.seed, inputs, minutes: Number(values.minutes) });
    results.push(result);
    printSummary(result);
    for (const [index, found] of [...result.findings.values()].entries()) save(name, index, found);
    if (values.keep) keepInputs(name, result.kept);
    if (values.summary !== undefined) writeSummary(values.summary, values.seed, results);
  }
  const findings = results.reduce((sum, result) => sum + result.findings.size, 0);
  const inputs = results.reduce((sum, result) => sum + result.done, 0);
  console.log(`${inputs} inputs, ${findings} findings (seed ${values.seed})`);
  return findings === 0 ? 0 : 1;
}

function save(name, index, { kind, message, place, times, bytes }) {
  mkdirSync(values.findings, { recursive: true });
  const path = join(values.findings, `${name}-${index}.bin`);
  writeFileSync(path, bytes);
  console.log(
    `  ${kind} (${times} times): ${message} ${place}\n    node bench/fuzz/run.js --targets ${name} --replay ${path}`,
  );
}
