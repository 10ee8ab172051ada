// One endpoint, whole processes in turn: node bench/tls/one.js [runs]
import { join } from 'node:path';
import { inTurn, printTable } from './measured.js';
import { assayScan, enumeration, intoFreshFolder, nmap, sslscan } from './scans.js';
import { startServers } from './servers.js';

const runs = Number(process.argv[2] ?? 9);
const { folder, ports, stop, accepted } = await startServers();
try {
  for (const name of ['tls13', 'intermediate', 'everything']) {
    const place = `127.0.0.1:${ports[name]}`;
    const out = join(folder, 'bundle');
    const commands = {
      'assay, enumeration': assayScan(out, '--control', enumeration, `tls://${place}`),
      'assay, every control': assayScan(out, `tls://${place}`),
      sslscan: sslscan(place),
      'nmap ssl-enum-ciphers': nmap('127.0.0.1', ports[name]),
      'node -e 0': [process.execPath, '-e', '0'],
    };
    printTable(
      `${name}, median of ${runs}`,
      await inTurn(commands, runs, { accepted, ...intoFreshFolder(out) }),
    );
  }
} finally {
  stop();
}
