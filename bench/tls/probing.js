// What a scan looks at, looked at and thrown away: no judging, writing, sealing. node bench/tls/probing.js targets controls
import { setMaxListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import { loadShipped } from '../../dist/cli/library.js';
import { tasksOf } from '../../dist/cli/scan-tasks.js';
import { keepHeapSmall } from '../../dist/cli/small-heap.js';
import { collect } from '../../dist/collectors/collect.js';
import { loadCollector } from '../../dist/collectors/index.js';
import { connectionsPerHost, startPace } from '../../dist/collectors/pace.js';
import { parseTargetList } from '../../dist/config/target-list.js';

const [file, prefixes] = process.argv.slice(2);
const targets = parseTargetList(file, readFileSync(file, 'utf8')).map(({ target }) => target);
const asked = prefixes.split(',');
const controls = (await loadShipped()).filter(({ source: { control } }) =>
  asked.some((prefix) => control.id.startsWith(prefix) && control.probe === undefined),
);
keepHeapSmall(targets.length);
const { signal } = new AbortController();
setMaxListeners(0, signal);
const context = {
  timeoutMs: 5000,
  signal,
  scanName: 'assay/bench',
  env: {},
  pace: startPace({ maxRate: undefined, perHost: connectionsPerHost }),
};
let connections = 0;
await collect(
  tasksOf(targets, controls, signal),
  { context, collectorOf: loadCollector, vantage: 'bench', concurrency: 8, clock: () => new Date() },
  async (record) => {
    connections += record.connections;
  },
);
console.log(`${targets.length} endpoints, ${connections} connections`);
