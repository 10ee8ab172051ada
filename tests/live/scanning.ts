import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { issueDemoCertificates } from '../../src/demo/certificates.ts';
import {
  hardenedAnswers,
  hardenedOptions,
  hasHybrid,
  startWebServer,
  weakAnswers,
  weakOptions,
} from '../../src/demo/web-server.ts';
import type { Assessment, Finding, SubjectRecord } from '../../src/model/index.ts';
import { assay, type Ended, removeFolders, type TerminalOptions, temporaryFolder } from '../cli/terminal.ts';

/** What can be scanned on this machine, and where. */
export interface Site {
  /** Holds `ca.pem`, the root of the hardened server. */
  readonly folder: string;
  readonly hardened: number;
  readonly weak: number;
  /** Where they speak plain HTTP. */
  readonly hardenedClear: number;
  readonly weakClear: number;
  /** A port that does what the test says with each connection. */
  fake(serve: (socket: Socket) => void, address?: string): Promise<Fake>;
  stop(): Promise<void>;
}

export interface Fake {
  readonly port: number;
  /** Connections made so far. */
  readonly connections: () => number;
}

/** What the hardened server fails: nothing, but for what the TLS library of this Node.js does not have. */
export const failsOfHardened: readonly string[] = hasHybrid ? [] : ['tls.kex.pq-hybrid-offered fail'];

/** How a scan of it ends. */
export const cleanLine = hasHybrid
  ? 'exit code 0: no exceptions in what was tested'
  : 'exit code 0: 1 finding with exceptions, all below high';

export async function startSite(): Promise<Site> {
  const folder = temporaryFolder();
  const certificates = issueDemoCertificates(new Date());
  writeFileSync(join(folder, 'ca.pem'), certificates.caPem);
  const stops: (() => unknown)[] = [];
  const hardened = await startWebServer(certificates.hardened, hardenedOptions, hardenedAnswers);
  const weak = await startWebServer(certificates.weak, weakOptions, weakAnswers);
  stops.push(hardened.stop, weak.stop);
  return {
    folder,
    hardened: hardened.port,
    hardenedClear: hardened.clearPort,
    weak: weak.port,
    weakClear: weak.clearPort,
    fake: async (serve, address = '127.0.0.1') => {
      let connections = 0;
      const sockets = new Set<Socket>();
      const server = createServer((socket) => {
        connections += 1;
        sockets.add(socket);
        socket.on('error', () => undefined);
        serve(socket);
      });
      await new Promise<void>((resolve) => server.listen(0, address, resolve));
      stops.push(() => {
        for (const socket of sockets) socket.destroy();
        server.close();
      });
      const bound = server.address();
      if (bound === null || typeof bound === 'string') throw new Error('expected a port');
      return { port: bound.port, connections: () => connections };
    },
    stop: async () => {
      await Promise.all(stops.map((stop) => stop()));
      removeFolders();
    },
  };
}

export interface Scanned extends Ended {
  readonly bundle: string;
  readonly assessment: Assessment;
  readonly findings: readonly Finding[];
  readonly subjects: readonly SubjectRecord[];
}

let scans = 0;

/** Scans in this process and reads the bundle back. */
export async function scan(
  site: Pick<Site, 'folder'>,
  argv: readonly string[],
  options: TerminalOptions = {},
): Promise<Scanned> {
  scans += 1;
  const bundle = join(site.folder, `bundle-${scans}`);
  const ended = await assay(['scan', ...argv, '--out', bundle], { cwd: site.folder, ...options });
  return { ...ended, bundle, ...readBack(bundle, ended) };
}

function readBack(bundle: string, ended: Ended): Pick<Scanned, 'assessment' | 'findings' | 'subjects'> {
  const read = (path: string): string => {
    try {
      return readFileSync(join(bundle, 'data', path), 'utf8');
    } catch (error) {
      throw new Error(`expected a bundle, got ${JSON.stringify(ended)}`, { cause: error });
    }
  };
  const lines = read('findings.ndjson').trimEnd().split('\n');
  return {
    assessment: JSON.parse(read('assessment.json')),
    findings: lines.filter((line) => line !== '').map((line) => JSON.parse(line)),
    subjects: readdirSync(join(bundle, 'data/observations'))
      .sort()
      .map((name) => JSON.parse(read(`observations/${name}`))),
  };
}

/** Codes of what was not seen of a subject, each once. */
export function codesOf({ observations }: SubjectRecord): readonly string[] {
  return [...new Set(observations.flatMap((one) => (one.kind === 'unseen' ? [one.reason.code] : [])))];
}

/** What was judged, and otherwise than this: `control reason` each. */
export function judged(findings: readonly Finding[], but: Finding['reason']): readonly string[] {
  return findings
    .filter(({ reason }) => reason !== 'not-applicable' && reason !== but)
    .map(({ controlId, reason }) => `${controlId} ${reason}`);
}

/** Every file below a folder, as one text. */
export function everythingIn(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}
