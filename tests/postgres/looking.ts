import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { collectSubject } from '../../src/collectors/collect-subject.ts';
import { postgresCollector } from '../../src/collectors/postgres/index.ts';
import {
  type PostgresServer,
  type PostgresServerOptions,
  startPostgres,
} from '../../src/demo/postgres-server.ts';
import type { CollectedRecord, EvidenceItem, Observation, Target } from '../../src/model/index.ts';
import { postgresFacts } from '../../src/postgres/facts/index.ts';
import { neverSeen, otherBinaries } from './major.ts';

const servers: PostgresServer[] = [];

export async function running(options: PostgresServerOptions): Promise<PostgresServer> {
  const started = await startPostgres(
    otherBinaries === undefined ? options : { binaries: otherBinaries, ...options },
  );
  if (started.kind === 'unavailable') throw new Error(started.reason);
  servers.push(started.server);
  return started.server;
}

/** For `afterAll`: also where setting one of them up failed. */
export async function stopAll(): Promise<void> {
  await Promise.all(servers.map((server) => server.stop()));
}

/** Runs SQL as the superuser. */
export async function setUp(server: PostgresServer, sql: string, database = 'postgres'): Promise<void> {
  const client = new Client({ ...server.superuser, database, ssl: false });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

type Connection = NonNullable<Target['postgres']>;

export function targetAt(
  place: { readonly host: string; readonly port: number; readonly addresses?: readonly string[] },
  connection: Partial<Connection>,
  caPem?: string,
): Target {
  return {
    id: 'db',
    named: true,
    kind: 'postgres-server',
    locator: `postgres://${place.host}:${place.port}`,
    host: place.host,
    port: place.port,
    addresses: place.addresses ?? [],
    tags: [],
    optional: false,
    ...(caPem === undefined ? {} : { caFile: fileWith(caPem) }),
    postgres: { tls: 'verified', tlsGiven: false, ...connection },
  };
}

export function fileWith(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'assay-test-')), 'file');
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

/** Those about which a target need not declare anything. */
export const undeclaredFacts = postgresFacts
  .map(({ name }) => name as string)
  .filter((name) => name !== 'postgres.attempts');

/** On a socket there is no TLS to ask for. */
export const seenOverSocket = undeclaredFacts.filter(
  (name) => name !== 'postgres.tls' && !(name in neverSeen),
);

export function look(
  target: Target,
  env: Readonly<Record<string, string>> = {},
  facts: readonly string[] = factsAbout(target),
  timeoutMs = 10_000,
  clock = () => new Date(),
): Promise<CollectedRecord> {
  const { addresses, ...subject } = target;
  const [address] = addresses;
  return collectSubject(
    postgresCollector,
    {
      target,
      subject: { ...subject, targetId: target.id, ...(address === undefined ? {} : { address }) },
      facts,
      vantage: 'test',
      attempt: 1,
      clock,
    },
    { timeoutMs, signal: new AbortController().signal, scanName: 'assay/test', env },
  );
}

/** Log-ins are tried with what a target declares. */
const factsAbout = ({ postgres }: Target): readonly string[] =>
  postgres?.defaultPasswords === undefined ? undeclaredFacts : [...undeclaredFacts, 'postgres.attempts'];

type Observed = Observation<EvidenceItem>;

export function seen(record: CollectedRecord, fact: string): Extract<Observed, { kind: 'seen' }> {
  const found = record.observations.find((one) => one.fact === fact);
  if (found?.kind !== 'seen') throw new Error(`${fact}: ${JSON.stringify(found)}`);
  return found as Extract<Observed, { kind: 'seen' }>;
}

export function unseen(record: CollectedRecord, fact: string): Extract<Observed, { kind: 'unseen' }> {
  const found = record.observations.find((one) => one.fact === fact);
  if (found?.kind !== 'unseen') throw new Error(`${fact} was seen`);
  return found as Extract<Observed, { kind: 'unseen' }>;
}

/** By fact: `seen`, or why it is not. */
export const codes = ({ observations }: CollectedRecord): Readonly<Record<string, string>> =>
  Object.fromEntries(
    observations.map((one) => [one.fact, one.kind === 'unseen' ? one.reason.code : one.kind]),
  );

/** Everything that would go into a bundle, as text. */
export function allText(record: CollectedRecord): string {
  const evidence = record.observations.flatMap((one) => one.evidence as readonly EvidenceItem[]);
  return [JSON.stringify(record), ...evidence.map(({ bytes }) => Buffer.from(bytes).toString())].join('\n');
}
