// The same work by each tool, as command lines.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const bin = new URL('../../bin/assay.js', import.meta.url).pathname;

/** Versions, suites in order, groups, primes, signatures and certificates: what sslscan and nmap look at, and more. */
export const enumeration = 'tls.protocol,tls.cipher,tls.kex,tls.cert';

/** `assay scan`, into a folder that is removed before; with exceptions and things unseen it ends with 0, 3 or 4. */
export function assayScan(out, ...args) {
  return [process.execPath, bin, 'scan', '--fail-on', 'none', '--quiet', '--out', out, ...args];
}

/** What `measured` needs for it. */
export function intoFreshFolder(out) {
  return { before: () => rmSync(out, { recursive: true, force: true }), accept: [0, 3, 4, 123] };
}

export const sslscan = (place) => ['sslscan', '--no-colour', place];
export const nmap = (host, port) =>
  ['nmap', '-n', '-Pn', '-p', port, '--script', 'ssl-enum-ciphers', host].map(String);

/** nmap's fastest over many: every port of every address, as the configurations are laid out. */
export function nmapFleet(folder, addresses, ports) {
  const list = join(folder, 'nmap.txt');
  writeFileSync(list, `${addresses.join('\n')}\n`);
  const fast = ['-n', '-Pn', '-T5', '--min-hostgroup', '64', '--script', 'ssl-enum-ciphers'];
  return ['nmap', ...fast, '-p', ports.join(','), '-iL', list, '-oX', join(folder, 'nmap.xml')];
}

/** sslscan takes one endpoint at a time; four of them on two cores are its best. */
export function sslscanFleet(folder, endpoints) {
  const list = join(folder, 'sslscan.txt');
  writeFileSync(list, `${endpoints.join('\n')}\n`);
  return ['xargs', '-a', list, '-P', '4', '-n', '1', 'sslscan', '--no-colour'];
}
