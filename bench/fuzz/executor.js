import { writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { limits } from './limits.js';

/** A law that a parser broke: what is thrown by the check of a target. */
class Broken extends Error {}

export function holds(condition, law) {
  if (!condition) throw new Broken(law);
}

export function same(a, b, law) {
  if (!isDeepStrictEqual(a, b)) throw new Broken(law);
}

/**
 * Runs inputs through a target, and says what is wrong with one: something thrown that is no AssayError, a law broken,
 * too long a time. The input being run lies in `shared`, where the watchdog finds it should it never end; with `trace`, in
 * that file too, for whoever looks after an abort.
 */
export function executor(target, shared, report, trace) {
  const outcomes = {};
  const slot = sharedSlot(shared);
  let slowestMs = 0;
  const run = (bytes) => {
    slot.enter(bytes);
    if (trace !== undefined) writeFileSync(trace, bytes);
    const startedAt = performance.now();
    const outcome = outcomeOf(target, bytes, report);
    const tookMs = performance.now() - startedAt;
    slot.leave();
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    if (tookMs > (target.inputMs ?? limits.inputMs) / 2)
      slowestMs = Math.max(slowestMs, slowness(target, bytes, report));
  };
  return { run, outcomes, slowest: () => slowestMs };
}

function outcomeOf(target, bytes, report) {
  try {
    return target.run(bytes) ?? 'read';
  } catch (error) {
    if (error?.name === 'AssayError' && target.errors.test(error.code)) return error.code;
    report(finding(error, bytes));
    return 'finding';
  }
}

function finding(error, bytes) {
  const frames = String(error?.stack ?? '')
    .split('\n')
    .filter((line) => line.includes('/dist/') || line.includes('/fuzz/targets/'));
  const place = /(dist|fuzz)\/[^)]+/.exec(frames[0] ?? '')?.[0] ?? '';
  const kind = error instanceof Broken ? 'law' : 'throw';
  const message = `${error?.code ?? error?.name}: ${error?.message}`;
  return {
    kind,
    key: `${kind} ${error instanceof Broken ? error.message : (error?.name ?? '')} ${place}`,
    message,
    place,
    bytes,
  };
}

/** The machine may have been elsewhere, or collecting garbage: of processor time, the least of three runs counts. */
function slowness(target, bytes, report) {
  let leastMs = Number.POSITIVE_INFINITY;
  for (let again = 0; again < 3; again++) {
    const before = process.cpuUsage();
    outcomeOf(target, bytes, () => undefined);
    const { user, system } = process.cpuUsage(before);
    leastMs = Math.min(leastMs, (user + system) / 1000);
  }
  if (leastMs > (target.inputMs ?? limits.inputMs))
    report({ kind: 'slow', key: 'slow', message: `${leastMs.toFixed(0)} ms`, place: '', bytes });
  return leastMs;
}

/** Words: 0 counts inputs begun, 1 is the length of the one being run or -1. The bytes follow. */
function sharedSlot(shared) {
  const words = new Int32Array(shared, 0, 2);
  const place = new Uint8Array(shared, 8);
  return {
    enter: (bytes) => {
      place.set(bytes.subarray(0, place.length));
      Atomics.store(words, 1, Math.min(bytes.length, place.length));
      Atomics.add(words, 0, 1);
    },
    leave: () => Atomics.store(words, 1, -1),
  };
}
