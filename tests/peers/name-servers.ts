import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A name server of somebody else's, run by a test. */
export interface NameServer {
  readonly port: number;
  stop(): Promise<void>;
}

export interface ServedZone {
  readonly name: string;
  /** Zone file. */
  readonly text: string;
  /** Hands itself to 127.0.0.1. */
  readonly transfer?: boolean;
  /** Signed before it is served; the trust anchor is in `anchorOf`. */
  readonly signed?: boolean;
}

/** A folder of a test's own, and the files that it writes there. */
export interface Workplace {
  path(name: string): string;
  write(name: string, text: string): string;
  remove(): void;
}

export function workplace(): Workplace {
  const folder = mkdtempSync(join(tmpdir(), 'assay-name-servers-'));
  const path = (name: string): string => join(folder, name);
  return {
    path,
    write: (name, text) => {
      writeFileSync(path(name), text);
      return path(name);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** nsd with the zones, at 127.0.0.1 and 127.0.0.2. */
export async function startNsd(place: Workplace, zones: readonly ServedZone[]): Promise<NameServer> {
  const port = await freePort();
  const served = zones.map(({ name, text, transfer, signed }) => {
    const file = place.write(`${name}.zone`, text);
    const shown = signed === true ? signZone(place, name, file) : file;
    const access = transfer === true ? '  provide-xfr: 127.0.0.1 NOKEY\n' : '';
    return `zone:\n  name: ${name}\n  zonefile: "${shown}"\n${access}`;
  });
  const configuration = `server:
  ip-address: 127.0.0.1@${port}
  ip-address: 127.0.0.2@${port}
  username: ""
  database: ""
  zonesdir: "${place.path('')}"
  pidfile: "${place.path('nsd.pid')}"
  xfrdfile: "${place.path('xfrd.state')}"
  xfrdir: "${place.path('')}"
  zonelistfile: "${place.path('zone.list')}"
  server-count: 1
remote-control:
  control-enable: no
${served.join('')}`;
  return run('nsd', ['-d', '-c', place.write('nsd.conf', configuration)], port);
}

/** Where the trust anchor of a signed zone lies. */
export const anchorOf = (place: Workplace, zone: string): string => place.path(`${zone}.anchor`);

function signZone(place: Workplace, zone: string, file: string): string {
  const run = (program: string, args: readonly string[]): string =>
    execFileSync(program, args, { cwd: place.path(''), encoding: 'utf8' });
  const base = run('ldns-keygen', ['-a', 'ECDSAP256SHA256', '-k', zone]).trim();
  const signed = place.path(`${zone}.signed`);
  run('ldns-signzone', ['-f', signed, file, base]);
  place.write(`${zone}.anchor`, run('cat', [`${base}.key`]));
  return signed;
}

/** unbound, which asks nsd for the zones and validates by the trust anchors. */
export async function startUnbound(
  place: Workplace,
  nsdPort: number,
  zones: readonly string[],
  anchors: readonly string[],
): Promise<NameServer> {
  const port = await freePort();
  const stubs = zones.map((name) => `stub-zone:\n  name: ${name}\n  stub-addr: 127.0.0.1@${nsdPort}\n`);
  const configuration = `server:
  interface: 127.0.0.1@${port}
  port: ${port}
  do-daemonize: no
  username: ""
  chroot: ""
  directory: "${place.path('')}"
  pidfile: ""
  use-syslog: no
  logfile: "${place.path('unbound.log')}"
  access-control: 127.0.0.0/8 allow
  do-not-query-localhost: no
  module-config: "validator iterator"
  local-zone: "test." nodefault
${anchors.map((file) => `  trust-anchor-file: "${file}"\n`).join('')}remote-control:
  control-enable: no
${stubs.join('')}`;
  return run('unbound', ['-d', '-c', place.write('unbound.conf', configuration)], port);
}

async function run(program: string, args: readonly string[], port: number): Promise<NameServer> {
  const child = spawn(program, args, { stdio: 'ignore' });
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`expected ${program} to run, got exit code ${code}`)));
  });
  failed.catch(() => undefined);
  while (!(await Promise.race([takesConnections(port), failed])))
    await new Promise((go) => setTimeout(go, 50));
  return { port, stop: () => stop(child) };
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return Promise.resolve();
  return new Promise((done) => {
    child.once('exit', () => done());
    child.kill();
  });
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => done(port));
    });
  });
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => done(true)).once('error', () => done(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** What dig prints. */
export function dig(port: number, ...words: readonly string[]): string {
  return execFileSync('dig', ['@127.0.0.1', '-p', String(port), '+time=3', '+tries=1', ...words], {
    encoding: 'utf8',
  });
}
