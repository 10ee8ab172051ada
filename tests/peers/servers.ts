import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Server programs of others, in a folder of their own; all that is started is stopped by its own process. */
export interface Servers {
  /** In the folder. */
  path(name: string): string;
  /** Starts a program and waits until its port takes connections. */
  start(program: string, argumentsFor: (port: number) => readonly string[]): Promise<number>;
  /** `openssl s_server`. */
  openssl(options: readonly string[]): Promise<number>;
  /** nginx with one TLS server, its directives given. */
  nginx(directives: string): Promise<number>;
  stopAll(): Promise<void>;
  remove(): void;
}

/** Makes the folder, with a self-signed certificate of each kind: `rsa.pem`, `rsa.key`, `ec.pem` … */
export function servers(): Servers {
  const folder = mkdtempSync(join(tmpdir(), 'assay-peers-'));
  const path = (name: string): string => join(folder, name);
  makeCertificates(path);
  const running: ChildProcess[] = [];
  const start: Servers['start'] = async (program, argumentsFor) => {
    const port = await freePort();
    const child = spawn(program, argumentsFor(port), { stdio: ['pipe', 'ignore', 'ignore'] });
    running.push(child);
    await listening(child, program, port);
    return port;
  };
  return {
    path,
    start,
    openssl: (options) =>
      start('openssl', (port) => ['s_server', '-accept', `127.0.0.1:${port}`, '-quiet', ...options]),
    nginx: (directives) =>
      start('nginx', (port) => {
        writeFileSync(path('nginx.conf'), nginxConfiguration(path, port, directives));
        return ['-c', path('nginx.conf')];
      }),
    stopAll: async () => void (await Promise.all(running.splice(0).map(stop))),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function makeCertificates(path: Servers['path']): void {
  const request = ['req', '-x509', '-nodes', '-days', '30', '-subj', '/CN=host.test'];
  const keys = {
    rsa: ['-newkey', 'rsa:2048'],
    ec: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
    pss: ['-newkey', 'rsa-pss', '-pkeyopt', 'rsa_keygen_bits:2048'],
    ed: ['-newkey', 'ed25519'],
  };
  for (const [name, how] of Object.entries(keys)) {
    const out = ['-keyout', path(`${name}.key`), '-out', path(`${name}.pem`)];
    execFileSync('openssl', [...request, ...how, ...out], { stdio: 'ignore' });
  }
}

function nginxConfiguration(path: Servers['path'], port: number, directives: string): string {
  return `daemon off; pid ${path('nginx.pid')}; error_log ${path('nginx.log')};
events {}
http { access_log off; client_body_temp_path ${path('body')}; proxy_temp_path ${path('proxy')};
fastcgi_temp_path ${path('fastcgi')}; uwsgi_temp_path ${path('uwsgi')}; scgi_temp_path ${path('scgi')};
server { listen 127.0.0.1:${port} ssl; ssl_certificate ${path('rsa.pem')}; ssl_certificate_key ${path('rsa.key')};
${directives} } }`;
}

async function listening(child: ChildProcess, program: string, port: number): Promise<void> {
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`expected ${program} to run, got exit code ${code}`)));
  });
  failed.catch(() => undefined);
  while (!(await Promise.race([takesConnections(port), failed]))) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill();
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
