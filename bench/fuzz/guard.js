// A process of its own for one worker: it watches the worker, and takes the fall where native code aborts.
import { Worker } from 'node:worker_threads';
import { limits } from './limits.js';

const sharedBytes = 8 + 512 * 1024;

process.once('message', (data) => {
  const shared = new SharedArrayBuffer(sharedBytes);
  // Nothing is being run while the worker still loads.
  new Int32Array(shared, 0, 2)[1] = -1;
  const worker = new Worker(new URL('worker.js', import.meta.url), {
    workerData: { ...data, shared },
    resourceLimits: { maxOldGenerationSizeMb: limits.heapMb, maxYoungGenerationSizeMb: 32 },
  });
  const stop = (message) => {
    clearInterval(watchdog);
    process.send(message, () => process.exit());
  };
  const killed = (how, message) => stop({ kind: 'killed', how, message, bytes: current(shared) });
  const watchdog = setInterval(
    watch(shared, () => killed('hang', `over ${limits.hangMs} ms`)),
    500,
  );
  worker.on('message', (message) => (message.kind === 'ended' ? stop(message) : process.send(message)));
  worker.on('error', (error) => {
    if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') killed('memory', error.message);
    else stop({ kind: 'failed', message: error.stack });
  });
});

function watch(shared, onHang) {
  const words = new Int32Array(shared, 0, 2);
  let seen = -1;
  let since = performance.now();
  return () => {
    const count = Atomics.load(words, 0);
    const running = Atomics.load(words, 1) >= 0;
    if (count !== seen || !running) {
      seen = count;
      since = performance.now();
    } else if (performance.now() - since > limits.hangMs) onHang();
  };
}

function current(shared) {
  const length = Math.max(0, new Int32Array(shared, 0, 2)[1]);
  return Uint8Array.from(new Uint8Array(shared, 8, length));
}
