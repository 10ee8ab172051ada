// Five configurations × 40 addresses: node bench/tls/fleet.js [runs]; × 2,000 addresses, assay alone: … 1 2000
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inTurn, printTable } from './measured.js';
import { assayScan, enumeration, intoFreshFolder, nmapFleet, sslscanFleet } from './scans.js';
import { fleetConfigurations, startServers } from './servers.js';

const [runs = 3, count = 40] = process.argv.slice(2).map(Number);
const { folder, ports, stop, accepted } = await startServers();
try {
  const fleetPorts = fleetConfigurations.map((name) => ports[name]);
  const addresses = Array.from(
    { length: count },
    (_, at) => `127.0.${1 + Math.floor(at / 250)}.${1 + (at % 250)}`,
  );
  const endpoints = addresses.flatMap((address) => fleetPorts.map((port) => `${address}:${port}`));
  const targets = join(folder, 'targets.txt');
  writeFileSync(targets, endpoints.map((place) => `tls://${place}\n`).join(''));
  const out = join(folder, 'bundle');
  const chosen = ['--control', enumeration, '--targets', targets];
  const probing = new URL('./probing.js', import.meta.url).pathname;
  const whole = {
    'assay scan, HTML': assayScan(out, ...chosen, '--format', 'html'),
    'assay, probing alone': [process.execPath, probing, targets, enumeration],
  };
  const others = {
    'assay scan': assayScan(out, ...chosen),
    'nmap -T5 --min-hostgroup 64': nmapFleet(folder, addresses, fleetPorts),
    'sslscan, xargs -P4': sslscanFleet(folder, endpoints),
  };
  const isLarge = count > 40;
  const commands = isLarge ? whole : { ...whole, ...others };
  const title = `${endpoints.length} endpoints, median of ${Math.max(runs, 1)}`;
  printTable(
    title,
    await inTurn(commands, runs, { accepted, cold: isLarge, ...intoFreshFolder(out) }),
    endpoints.length,
  );
} finally {
  stop();
}
