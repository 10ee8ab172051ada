// nginx with a configuration to a port, on every address of this machine, with two workers; stopped by its process id.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const intermediate = [
  'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305',
  'DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384:DHE-RSA-CHACHA20-POLY1305',
].join(':');
const old = `${intermediate}:ECDHE-RSA-AES128-SHA256:ECDHE-RSA-AES128-SHA:ECDHE-RSA-AES256-SHA384:ECDHE-RSA-AES256-SHA:AES128-GCM-SHA256:AES256-GCM-SHA384:AES128-SHA256:AES256-SHA256:AES128-SHA:AES256-SHA:DES-CBC3-SHA:@SECLEVEL=0`;

/** By name: keys, protocols and suites, in nginx's words. */
const configurations = {
  tls13: ['ec', 'TLSv1.3', intermediate],
  intermediate: ['rsa ec', 'TLSv1.2 TLSv1.3', intermediate],
  'intermediate-rsa': ['rsa', 'TLSv1.2 TLSv1.3', intermediate],
  old: ['rsa', 'TLSv1 TLSv1.1 TLSv1.2 TLSv1.3', old],
  'two-suites': ['ec', 'TLSv1.2', 'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384'],
  /** 101 suites in TLS 1.0, 1.1 and 1.2 together. */
  everything: ['rsa ec', 'TLSv1 TLSv1.1 TLSv1.2', 'ALL:!AECDH:!PSK:!SRP:@SECLEVEL=0'],
};

/** The five of the fleet. */
export const fleetConfigurations = ['tls13', 'intermediate', 'intermediate-rsa', 'old', 'two-suites'];

/** Starts them all: the port of each by name, the folder, `accepted` (connections so far), and `stop`. */
export async function startServers() {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  makeKeys(folder);
  const ports = {};
  for (const name of Object.keys(configurations)) ports[name] = await freePort();
  const statusPort = await freePort();
  writeFileSync(join(folder, 'nginx.conf'), nginxConfiguration(folder, ports, statusPort));
  const child = spawn('nginx', ['-c', join(folder, 'nginx.conf')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const stop = () => {
    child.kill();
    rmSync(folder, { recursive: true });
  };
  try {
    await Promise.all(Object.values(ports).map((port) => listening(port)));
  } catch (error) {
    stop();
    throw error;
  }
  return { folder, ports, stop, accepted: () => accepted(statusPort) };
}

function makeKeys(folder) {
  const openssl = (...args) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const request = ['req', '-x509', '-nodes', '-days', '90', '-subj', '/CN=bench.test'];
  openssl(...request, '-newkey', 'rsa:2048', '-keyout', 'rsa.key', '-out', 'rsa.pem');
  const curve = ['-pkeyopt', 'ec_paramgen_curve:P-256'];
  openssl(...request, '-newkey', 'ec', ...curve, '-keyout', 'ec.key', '-out', 'ec.pem');
  openssl('genpkey', '-genparam', '-algorithm', 'DH', '-pkeyopt', 'group:ffdhe2048', '-out', 'dh.pem');
}

function nginxConfiguration(folder, ports, statusPort) {
  const servers = Object.entries(configurations).map(([name, [keys, protocols, ciphers]]) => {
    const pairs = keys
      .split(' ')
      .map((key) => `ssl_certificate ${folder}/${key}.pem; ssl_certificate_key ${folder}/${key}.key;`);
    return `server { listen 0.0.0.0:${ports[name]} ssl backlog=4096; ${pairs.join(' ')}
ssl_protocols ${protocols}; ssl_ciphers ${ciphers}; ssl_prefer_server_ciphers on; ssl_dhparam ${folder}/dh.pem;
ssl_ecdh_curve X25519:prime256v1:secp384r1; return 204; }`;
  });
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  );
  return `daemon off; worker_processes 2; pid ${folder}/nginx.pid; error_log ${folder}/nginx.log crit;
events { worker_connections 8192; }
http { access_log off; ${temporary.join(' ')} ${servers.join('\n')}
server { listen 127.0.0.1:${statusPort}; location / { stub_status; } } }
`;
}

let askedForStatus = 0;

/** nginx counts what it accepts itself; without those that asked it for the count. */
async function accepted(statusPort) {
  const answer = await fetch(`http://127.0.0.1:${statusPort}/`, { headers: { connection: 'close' } });
  askedForStatus += 1;
  const [count] = /^\s*(\d+)/m.exec(await answer.text());
  return Number(count) - askedForStatus;
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '0.0.0.0', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function listening(port) {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (await takesConnections(port)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`expected nginx at port ${port}, got no connection within 5 s`);
}

function takesConnections(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
