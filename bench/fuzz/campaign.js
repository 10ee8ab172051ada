import { startCoverage } from './coverage.js';
import { executor } from './executor.js';
import { limits } from './limits.js';
import { mutate } from './mutate.js';
import { randomFrom } from './random.js';

const defaultBatch = 2000;

/**
 * Runs one target: its seeds, then batches of mutated inputs. Coverage is read after each batch; a batch that reached
 * new code is run again in halves until the inputs that did it are found, and they join the corpus.
 *
 * @param options list (the file of targets), seed, inputs (how many), firstBatch, kept (inputs found earlier), deadline
 * (performance.now), shared, tell, trace
 */
export async function campaign(name, options) {
  const coverage = startCoverage();
  // Only code that is loaded from here on is counted.
  const { targets } = await import(options.list);
  const target = targets.find((one) => one.name === name);
  if (target === undefined) throw new Error(`expected a target, got ${name}`);
  const seeds = target.seeds();
  const corpus = [...seeds, ...options.kept];
  const run = executor(
    target,
    options.shared,
    (found) => options.tell({ kind: 'finding', found }),
    options.trace,
  );
  coverage.take();
  for (const bytes of corpus) run.run(bytes);
  coverage.note(coverage.take());
  const keep = (bytes) => {
    corpus.push(bytes);
    options.tell({ kind: 'kept', bytes });
  };
  const state = { target, coverage, corpus, run: run.run, keep, seeds: seeds.length };
  options.tell({ kind: 'progress', done: 0, batch: options.firstBatch, ...summary(run, coverage, target) });
  let done = 0;
  let batch = options.firstBatch;
  while (done < options.inputs && performance.now() < options.deadline) {
    const size = Math.min(target.batch ?? defaultBatch, options.inputs - done);
    runBatch(state, options.seed, batch++, size, options.tell);
    done += size;
    options.tell({ kind: 'progress', done, batch, ...summary(run, coverage, target) });
  }
  return { seeds: seeds.length };
}

function summary(run, coverage, { files }) {
  return { outcomes: run.outcomes, slowestMs: run.slowest(), reached: coverage.reached(files) };
}

function runBatch(state, seed, batch, size, tell) {
  const inputs = makeInputs(state, seed, batch, size);
  const before = process.memoryUsage.rss();
  for (const bytes of inputs) state.run(bytes);
  const ran = state.coverage.take();
  if (process.memoryUsage.rss() - before > limits.batchMemoryMb * 2 ** 20) auditMemory(state, inputs, tell);
  if (state.coverage.news(ran) === 0) return;
  bisect(state, inputs);
  // What did not come again, as code that runs only once in a process.
  state.coverage.note(ran);
}

/** All inputs of a batch come from the corpus as it was when it began. */
function makeInputs({ target, corpus, seeds }, seed, batch, size) {
  const random = randomFrom(seed, target.name, batch);
  const { form, limitBytes = limits.inputBytes } = target;
  const latest = corpus.slice(Math.max(seeds, corpus.length - 30));
  const how = { random, corpus, form, limitBytes };
  return Array.from({ length: size }, () => {
    const base = latest.length > 0 && random.oneIn(2) ? random.pick(latest) : random.pick(corpus);
    return mutate(base, how);
  });
}

function bisect(state, inputs) {
  state.coverage.take();
  for (const bytes of inputs) state.run(bytes);
  const ran = state.coverage.take();
  if (state.coverage.news(ran) === 0) return;
  if (inputs.length === 1) {
    state.coverage.note(ran);
    state.keep(inputs[0]);
    return;
  }
  const middle = inputs.length >> 1;
  bisect(state, inputs.slice(0, middle));
  bisect(state, inputs.slice(middle));
}

function auditMemory({ run }, inputs, tell) {
  for (const bytes of inputs) {
    const before = used();
    run(bytes);
    const grewMb = (used() - before) / 2 ** 20;
    if (grewMb <= limits.inputMemoryMb) continue;
    const message = `${grewMb.toFixed(0)} MB`;
    tell({ kind: 'finding', found: { kind: 'memory', key: 'memory', message, place: '', bytes } });
  }
}

function used() {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
