import { fork } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const mostDeaths = 4;
const guard = new URL('guard.js', import.meta.url);

/**
 * Runs one target in a guarded process. Whatever ends the process early (an input that hangs, takes all memory, or
 * makes native code abort) is a finding; another process goes on behind it, with the corpus as it was.
 */
export async function supervise(name, { seed, inputs, minutes, list = './targets/index.js' }) {
  const startedAt = performance.now();
  const state = {
    name,
    list,
    seeds: 0,
    done: 0,
    batch: 0,
    kept: [],
    findings: new Map(),
    reached: {},
    outcomes: {},
    slowestMs: 0,
    deaths: 0,
  };
  while (state.done < inputs) {
    const leftMinutes = minutes - (performance.now() - startedAt) / 60_000;
    if (leftMinutes <= 0) break;
    const how = await guarded(state, { seed, inputs: inputs - state.done, minutes: leftMinutes });
    if (how.kind === 'ended') break;
    noteFinding(state, how.kind === 'killed' ? { ...how, kind: how.how } : await aborted(state, seed, how));
    // The batch with that input is not made again; a reader that ends one process after another is known well enough.
    state.batch++;
    state.done++;
    state.deaths++;
    if (state.deaths === mostDeaths) break;
  }
  return { ...state, seconds: (performance.now() - startedAt) / 1000 };
}

/** Runs the batch again, writing down each input before it is run: the last one is it. */
async function aborted(state, seed, { kind, message }) {
  const trace = join(tmpdir(), `assay-fuzz-${process.pid}.bin`);
  rmSync(trace, { force: true });
  const again = { ...state, kept: [...state.kept], findings: new Map(), outcomes: {} };
  await guarded(again, { seed, inputs: 2000, minutes: 5, trace });
  const bytes = Uint8Array.from(readFileSync(trace));
  rmSync(trace);
  return { kind, message, place: '', bytes };
}

/** How a guarded run ended: `ended`, `killed` by its watchdog, or `abort` of the process. */
function guarded(state, { seed, inputs, minutes, trace }) {
  const before = { done: state.done, outcomes: state.outcomes };
  const child = fork(guard, { serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let last = '';
  child.stderr.on('data', (chunk) => {
    last = `${last}${chunk}`.slice(0, 4000);
  });
  const { name, list, batch, kept } = state;
  child.send({ name, list, seed, inputs, minutes, firstBatch: batch, kept, trace });
  return new Promise((resolve, reject) => {
    let how;
    child.on('message', (message) => {
      if (message.kind === 'failed') reject(new Error(message.message));
      else if (message.kind === 'killed') how = message;
      else take(state, before, message);
      if (message.kind === 'ended') how = message;
    });
    child.on('close', (code, signal) =>
      resolve(
        how ?? {
          kind: 'abort',
          message: `${signal ?? code}: ${/Assertion failed.*|FATAL.*/.exec(last)?.[0] ?? last.slice(0, 200)}`,
        },
      ),
    );
  });
}

function take(state, before, message) {
  if (message.kind === 'finding') noteFinding(state, message.found);
  if (message.kind === 'kept') state.kept.push(message.bytes);
  if (message.kind === 'ended') state.seeds = message.seeds;
  if (message.kind !== 'progress') return;
  state.done = before.done + message.done;
  state.batch = message.batch;
  state.reached = message.reached;
  state.slowestMs = Math.max(state.slowestMs, message.slowestMs);
  state.outcomes = sum(before.outcomes, message.outcomes);
}

function sum(a, b) {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries([...names].map((name) => [name, (a[name] ?? 0) + (b[name] ?? 0)]));
}

/** Of findings of one kind and place the shortest input is kept, and how many there were. */
function noteFinding(state, found) {
  const key = found.key ?? `${found.kind} ${found.message}`;
  const known = state.findings.get(key);
  const shortest = known === undefined || found.bytes.length < known.bytes.length ? found : known;
  state.findings.set(key, { ...shortest, times: (known?.times ?? 0) + 1 });
}
