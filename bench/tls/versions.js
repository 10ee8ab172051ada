// One endpoint, protocol versions: assay against sslscan and nmap, whole processes: node bench/tls/versions.js host port
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { paired } from '../paired.js';

const [host, port] = process.argv.slice(2);
if (port === undefined) throw new Error('expected a host and a port');
const bin = new URL('../../bin/assay.js', import.meta.url).pathname;
const cwd = mkdtempSync(join(tmpdir(), 'assay-bench-'));
const scan = `rm -rf b; "$0" "$1" scan "https://${host}:${port}" --control tls.protocol --fail-on none --quiet --out b || true`;
const assay = ['sh', '-c', scan, process.execPath, bin];
try {
  paired('assay scan (versions)', assay, 'sslscan', ['sslscan', '--no-ciphersuites', `${host}:${port}`], 5, {
    cwd,
  });
  const nmap = ['nmap', '-Pn', '-p', port, '--script', 'ssl-enum-ciphers', host];
  paired('assay scan (versions)', assay, 'nmap ssl-enum-ciphers', nmap, 5, { cwd });
} finally {
  rmSync(cwd, { recursive: true });
}
