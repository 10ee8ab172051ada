// Whether a campaign notices what it has to: node bench/fuzz/self-check.js (a few minutes)
import { supervise } from './supervise.js';

const expected = {
  law: 'law',
  throw: 'throw',
  slow: 'slow',
  buffers: 'memory',
  memory: 'memory',
  hang: 'hang',
};

for (const [name, kind] of Object.entries(expected)) {
  const list = './targets/broken.js';
  const { findings } = await supervise(name, { seed: '1', inputs: 2000, minutes: 2, list });
  const found = [...findings.values()].map((one) => one.kind);
  if (found.join() !== kind) throw new Error(`expected ${name} to be noticed as ${kind}, got ${found}`);
  console.log(`${name}: noticed as ${kind}`);
}
