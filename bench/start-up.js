// Start-up: whole-process time of `assay --version` against bare node, in turn, so that a machine's drift cancels out.
import { paired } from './paired.js';

const bin = new URL('../bin/assay.js', import.meta.url).pathname;
paired(
  'assay --version',
  [process.execPath, bin, '--version'],
  'node -e 0',
  [process.execPath, '-e', '0'],
  40,
);
paired(
  'assay controls list',
  [process.execPath, bin, 'controls', 'list'],
  'node -e 0',
  [process.execPath, '-e', '0'],
  20,
);
