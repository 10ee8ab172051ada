// The integrity step of `assay verify` against `sha256sum -c` on the same bundle: node bench/verify.js <bundle>
import { paired } from './paired.js';

const [bundle] = process.argv.slice(2);
if (bundle === undefined) throw new Error('expected a bundle folder, got none');
const bin = new URL('../bin/assay.js', import.meta.url).pathname;
const hashes = 'sha256sum -c --quiet tagmanifest-sha256.txt && sha256sum -c --quiet manifest-sha256.txt';
paired(
  'assay verify --integrity-only',
  [process.execPath, bin, 'verify', '--integrity-only', bundle],
  'sha256sum -c',
  ['sh', '-c', `cd "$0" && ${hashes}`, bundle],
  10,
);
