import { holds } from '../executor.js';

const trigger = 0x80;
const hoard = [];

/** Readers that are broken in every way that a campaign has to notice, each on inputs that begin with one octet. */
const ways = {
  hang: () => {
    for (;;);
  },
  memory: () => {
    for (;;) hoard.push([1, 2, 3]);
  },
  buffers: () => {
    hoard.push(new Uint8Array(100 * 2 ** 20).fill(1));
    if (hoard.length > 2) hoard.length = 0;
  },
  law: () => holds(false, 'a law'),
  throw: () => {
    throw new TypeError('no AssayError');
  },
  slow: () => {
    const before = process.cpuUsage().user;
    while (process.cpuUsage().user - before < 80_000);
  },
};

export const targets = Object.entries(ways).map(([name, harm]) => ({
  name,
  about: `broken on purpose: ${name}`,
  form: 'bytes',
  share: 1,
  errors: /^$/,
  files: [],
  seeds: () => [Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)],
  run(bytes) {
    if (bytes[0] === trigger) harm();
    return 'read';
  },
}));
