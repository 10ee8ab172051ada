import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { outputError } from '../bundle/disk.ts';
import { createKey, publicKeyFile } from '../bundle/keys.ts';
import { readBundle } from '../bundle/reader.ts';
import { issueDemoCertificates } from '../demo/certificates.ts';
import { auditorRole, startHardenedDatabase, startWeakDatabase } from '../demo/databases.ts';
import type { StartedPostgres } from '../demo/postgres-server.ts';
import {
  hardenedAnswers,
  hardenedOptions,
  hasHybrid,
  startWebServer,
  type WebServer,
  weakAnswers,
  weakOptions,
} from '../demo/web-server.ts';
import type { Finding } from '../model/index.ts';
import { exitCodes } from './exit-code.ts';
import { watchForInterruption } from './interruption.ts';
import type { Io } from './io.ts';
import { runScan } from './scan-command.ts';
import { runVerify } from './verify-command.ts';

interface System {
  readonly yaml: readonly string[];
  readonly missing: readonly string[];
  stop(): Promise<void>;
}

/** `assay demo`: the main job on real systems that it starts and stops; exit 0 when the demonstration went well. */
export async function runDemo(options: { readonly out?: string }, io: Io): Promise<number> {
  const at = io
    .clock()
    .toISOString()
    .replace(/[-:]|\.\d+/g, '');
  const folder = resolve(io.cwd, options.out ?? `assay-demo-${at}`);
  await makeFolder(folder);
  io.stderr.write('starting a weak and a hardened system on 127.0.0.1 …\n');
  // The systems must not outlive the demonstration, whenever it is stopped.
  const interruption = watchForInterruption(undefined, () => undefined);
  const { signal } = interruption;
  try {
    const exitCode = await withSystems(folder, signal, io);
    return signal.aborted ? stopped(signal, io) : exitCode;
  } catch (error) {
    // Ctrl-C reaches what was started too: what that breaks is no defect.
    if (!signal.aborted) throw error;
    return stopped(signal, io);
  } finally {
    await rm(join(folder, 'auditor-password'), { force: true });
    interruption.release();
  }
}

async function withSystems(folder: string, signal: AbortSignal, io: Io): Promise<number> {
  const system = await startSystems(folder, io);
  try {
    for (const reason of system.missing) io.stderr.write(`without databases: ${reason}\n`);
    return signal.aborted ? exitCodes.clean : await demonstrate(folder, system, io);
  } finally {
    await system.stop();
    io.stderr.write('stopped what was started\n');
  }
}

function stopped({ reason }: AbortSignal, io: Io): number {
  const exitCode = reason === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated;
  io.stderr.write(`exit code ${exitCode}: the demonstration was stopped by ${reason}\n`);
  return exitCode;
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    throw outputError(error, folder);
  }
}

async function startSystems(folder: string, io: Io): Promise<System> {
  const certificates = issueDemoCertificates(io.clock());
  const secrets = { superuserPassword: secret(), auditorPassword: secret() };
  const path = io.env['PATH'] ?? '';
  await writeFile(join(folder, 'ca.pem'), certificates.caPem, { mode: 0o600 });
  await writeFile(join(folder, 'auditor-password'), `${secrets.auditorPassword}\n`, { mode: 0o600 });
  const started = await Promise.allSettled([
    startWebServer(certificates.hardened, hardenedOptions, hardenedAnswers),
    startWebServer(certificates.weak, weakOptions, weakAnswers),
    startHardenedDatabase(certificates.hardened, secrets, path),
    startWeakDatabase(secrets, path),
  ] as const);
  const [hardenedWeb, weakWeb, hardenedDatabase, weakDatabase] = started;
  const stop = async (): Promise<void> => {
    await Promise.all(
      started.map((result) => (result.status === 'fulfilled' ? stopOne(result.value) : undefined)),
    );
  };
  const failed = started.find((result) => result.status === 'rejected');
  if (failed || hardenedWeb.status === 'rejected' || weakWeb.status === 'rejected') {
    await stop();
    throw failed?.reason;
  }
  const databases = [hardenedDatabase, weakDatabase].map(
    (result) => (result as PromiseFulfilledResult<StartedPostgres>).value,
  );
  return {
    yaml: [
      ...webTarget('hardened-web', hardenedWeb.value, 'hardened'),
      ...webTarget('weak-web', weakWeb.value, 'weak'),
      ...databaseTarget('hardened-db', databases[0], 'hardened', ['ca: ca.pem', passwordLine]),
      ...databaseTarget('weak-db', databases[1], 'weak', ['tls: plaintext']),
    ],
    missing: [...new Set(databases.flatMap((one) => (one?.kind === 'unavailable' ? [one.reason] : [])))],
    stop,
  };
}

const passwordLine = 'credentials: { password: "file:auditor-password" }';

function secret(): string {
  return randomBytes(18).toString('base64url');
}

async function stopOne(started: { stop(): Promise<void> } | StartedPostgres): Promise<void> {
  if ('stop' in started) await started.stop();
  else if (started.kind === 'running') await started.server.stop();
}

function target(id: string, url: string, tag: string, more: readonly string[]): readonly string[] {
  return [
    `  - id: ${id}`,
    `    url: ${url}`,
    `    tags: [${tag}]`,
    `    owner: ${tag}-team`,
    ...more.map((line) => `    ${line}`),
  ];
}

function webTarget(id: string, { port, clearPort }: WebServer, tag: string): readonly string[] {
  return target(id, `https://127.0.0.1:${port}`, tag, ['ca: ca.pem', `http-port: ${clearPort}`]);
}

function databaseTarget(
  id: string,
  started: StartedPostgres | undefined,
  tag: string,
  more: readonly string[],
): readonly string[] {
  if (started?.kind !== 'running') return [];
  return target(id, `postgres://${auditorRole}@127.0.0.1:${started.server.port}/postgres`, tag, more);
}

async function demonstrate(folder: string, system: System, io: Io): Promise<number> {
  const config = join(folder, 'assay.yaml');
  const key = join(folder, 'demo-key.pem');
  const out = join(folder, 'bundle');
  await writeFile(config, configurationText(system.yaml), { mode: 0o600 });
  await createKey(key);
  const show = (path: string): string => relative(io.cwd, path) || '.';
  io.stdout.write(
    `$ assay scan --config ${show(config)} --key ${show(key)} --format html,pdf --out ${show(out)}\n`,
  );
  const scanned = await runScan([], { ...scanOptions, config, key, out }, io);
  if (scanned >= exitCodes.interrupted) return scanned;
  io.stdout.write(`\n$ assay verify ${show(out)} --trust ${show(publicKeyFile(key))}\n`);
  const verified = await runVerify(out, { trust: [publicKeyFile(key)] }, io);
  const findings = [...(await readBundle(out)).findings()];
  const surprises = surprisesIn(findings, verified === exitCodes.clean);
  io.stdout.write(summary(findings, folder, show));
  for (const surprise of surprises) io.stderr.write(`not as expected: ${surprise}\n`);
  io.stdout.write(
    surprises.length === 0
      ? 'exit code 0: the demonstration went as it should\n'
      : 'exit code 1: the demonstration did not go as it should\n',
  );
  return surprises.length === 0 ? exitCodes.clean : exitCodes.defect;
}

const scanOptions = {
  format: ['html', 'pdf'],
  severity: 'low',
  failOn: 'high',
  timeout: 5_000,
  concurrency: 4,
} as const;

function configurationText(targets: readonly string[]): string {
  return [
    'organisation: Demonstration Ltd',
    'system: demo',
    'environment: demonstration',
    'audits:',
    '  - framework: pci-dss-4.0.1',
    '    role: merchant',
    '  - framework: hipaa',
    '    role: covered-entity',
    '  - framework: soc2-2017',
    '  - framework: gdpr',
    '    role: controller',
    'params:',
    '  system:',
    '    postgres.role.named-accounts:',
    '      services: { value: [app, assay, postgres], reason: these are the accounts of the demonstration }',
    '    postgres.param.libraries-allow-listed:',
    '      allowed: { value: [plpgsql], reason: every database has it from the start }',
    'targets:',
    ...targets,
    '',
  ].join('\n');
}

/** What the hardened system would be without, were the TLS library of this Node.js a newer one. */
function ofOldLibrary({ controlId, reason }: Finding): boolean {
  return !hasHybrid && reason === 'fail' && controlId === 'tls.kex.pq-hybrid-offered';
}

/** Controls that ask for what the PostgreSQL at hand does not bring: libraries, and the latest minor release. */
const ofPostgres = [
  'postgres.audit.classes-complete',
  'postgres.auth.failed-login-limited',
  'postgres.auth.password-policy-loaded',
  'postgres.version.minor-current',
];

/** What the hardened system cannot be with what is at hand. */
const isBeyondReach = (finding: Finding): boolean =>
  ofOldLibrary(finding) || (finding.reason === 'fail' && ofPostgres.includes(finding.controlId));

/** The hardened system must have no exceptions but what is beyond its reach, the weak one must, and nothing may be a defect. */
function surprisesIn(findings: readonly Finding[], verified: boolean): readonly string[] {
  const unexpected = findings.filter(
    (finding) =>
      finding.reason === 'error' ||
      (finding.reason === 'fail' && finding.subjectId.startsWith('hardened') && !isBeyondReach(finding)),
  );
  const failsOn = (id: string): boolean =>
    findings.some(({ reason, subjectId }) => reason === 'fail' && subjectId === id);
  const clean = ['weak-web', 'weak-web~http'].filter((id) => !failsOn(id));
  return [
    ...unexpected.map(
      ({ controlId, subjectId, reason, message }) => `${controlId} on ${subjectId}: ${reason}, ${message}`,
    ),
    ...clean.map((id) => `${id} has no exceptions`),
    ...(verified ? [] : ['the bundle does not verify']),
  ];
}

const whyNoHybrid = `OpenSSL ${process.versions.openssl} of this Node.js has no post-quantum groups; 3.5 has`;

const whyOfPostgres =
  'PostgreSQL as npm brings it has no pgaudit and no credcheck, and lags behind its releases';

function summary(findings: readonly Finding[], folder: string, show: (path: string) => string): string {
  const of = (system: string): string => {
    const own = findings.filter(({ subjectId }) => subjectId.startsWith(system));
    const count = (reason: Finding['reason']): number =>
      own.filter((finding) => finding.reason === reason).length;
    return `${count('fail')} with exceptions, ${count('unseen')} not tested, ${count('pass')} without exceptions`;
  };
  const file = (name: string): string => show(join(folder, name));
  return [
    '',
    `the weak system      ${of('weak')}`,
    `the hardened system  ${of('hardened')}`,
    ...(findings.some(ofOldLibrary) ? [`                     (${whyNoHybrid})`] : []),
    ...(findings.some(({ controlId }) => ofPostgres.includes(controlId))
      ? [`                     (${whyOfPostgres})`]
      : []),
    '',
    `${file('assay.yaml')}  what was scanned: a start for your own`,
    `${file('bundle.pdf')}  for the auditor: begin with page 1`,
    `${file('bundle.html')}  for the team: open it in a browser`,
    `${file('bundle/VERIFY.txt')}  how to check the bundle without assay; change a byte in it and verify again`,
    '',
  ].join('\n');
}
