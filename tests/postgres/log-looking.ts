import { cpSync, mkdtempSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { auditlogFacts } from '../../src/auditlog/facts/index.ts';
import { collectSubject } from '../../src/collectors/collect-subject.ts';
import { logStoreCollector } from '../../src/collectors/postgres/log-store.ts';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import { type CollectedRecord, type LogSource, sideOf, type Target } from '../../src/model/index.ts';
import { fileWith, targetAt } from './looking.ts';
import { knows } from './major.ts';

/** The forms that the server can write its log in. */
export const logForms: readonly ('csvlog' | 'jsonlog' | 'stderr')[] = knows('jsonlog')
  ? ['csvlog', 'jsonlog', 'stderr']
  : ['csvlog', 'stderr'];

/** Everything that tells what happened, in every form. */
export const toldSettings: Readonly<Record<string, string>> = {
  logging_collector: 'on',
  log_destination: logForms.join(),
  log_connections: 'on',
  log_disconnections: 'on',
  log_line_prefix: '%m [%p] %c %l %q%u@%d/%a %h ',
  log_timezone: 'UTC',
};

export const quietFacts = auditlogFacts
  .map(({ name }) => name)
  .filter((name) => name !== 'auditlog.canaries');

/** Over the socket, as the superuser unless told otherwise. */
export function logTarget(
  server: PostgresServer,
  log: Partial<LogSource> = {},
  login: { readonly user: string; readonly password: string } = server.superuser,
): Target {
  const { user, password } = login;
  return targetAt(
    { host: server.socketFolder, port: server.port },
    {
      user,
      tls: 'plaintext',
      tlsGiven: true,
      password: { kind: 'file', path: fileWith(password) },
      log: { windowHours: 24, ...log },
    },
  );
}

export function lookAtLog(target: Target, facts: readonly string[] = quietFacts): Promise<CollectedRecord> {
  const { addresses: _, ...subject } = target;
  return collectSubject(
    logStoreCollector,
    {
      target,
      subject: sideOf({ ...subject, targetId: target.id }, 'log-store'),
      facts,
      vantage: 'test',
      attempt: 1,
      clock: () => new Date(),
    },
    { timeoutMs: 10_000, signal: new AbortController().signal, scanName: 'assay/test', env: {} },
  );
}

/** One session of a client, with the name and what it asks; what fails is its own matter. */
export async function sessionOf(
  login: PostgresServer['superuser'],
  statements: readonly string[],
  name = 'client',
): Promise<void> {
  const client = new Client({ ...login, application_name: name, ssl: false });
  client.on('error', () => undefined);
  try {
    await client.connect();
    for (const statement of statements) await client.query(statement).catch(() => undefined);
  } finally {
    await client.end();
  }
}

/** Until nobody has been writing to the log for a while. */
export async function untilQuiet(folder: string): Promise<void> {
  const lengths = (): string =>
    readdirSync(folder)
      .map((name) => statSync(join(folder, name)).size)
      .join();
  for (let before = ''; before !== lengths(); await wait(700)) before = lengths();
}

export async function folderOf(server: PostgresServer): Promise<string> {
  const client = new Client({ ...server.superuser, ssl: false });
  await client.connect();
  try {
    const { rows } = await client.query(
      "select current_setting('data_directory') || '/' || current_setting('log_directory') as folder",
    );
    return rows[0].folder;
  } finally {
    await client.end();
  }
}

/** A copy of the log whose files keep their times, each changed. */
export function copyOf(
  folder: string,
  change: (text: string, name: string) => string = (text) => text,
): string {
  const copy = mkdtempSync(join(tmpdir(), 'assay-log-'));
  cpSync(folder, copy, { recursive: true, preserveTimestamps: true });
  for (const name of readdirSync(copy)) {
    const path = join(copy, name);
    const text = readFileSync(path, 'utf8');
    const changed = change(text, name);
    if (changed === text) continue;
    writeFileSync(path, changed);
    utimesSync(path, new Date(), new Date());
  }
  return copy;
}
