import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServerCount } from '../../src/auditlog/continuity.ts';
import type { Continuity } from '../../src/auditlog/facts/continuity.ts';
import type { Fields } from '../../src/auditlog/facts/fields.ts';
import type { Matches } from '../../src/auditlog/facts/matches.ts';
import type { Retention } from '../../src/auditlog/facts/retention.ts';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import type { CollectedRecord } from '../../src/model/index.ts';
import { grantsSql } from '../../src/postgres/grants.ts';
import { continuityOfTexts, type Texts } from '../auditlog/continuity-of.ts';
import {
  copyOf,
  folderOf,
  logForms,
  logTarget,
  lookAtLog,
  sessionOf,
  toldSettings,
  untilQuiet,
} from '../postgres/log-looking.ts';
import { allText, running, seen, setUp, stopAll, unseen } from '../postgres/looking.ts';
import { knows, sinceOf } from '../postgres/major.ts';

let server: PostgresServer;
let folder: string;

beforeAll(async () => {
  server = await running({
    password: 'superuser-password',
    hba: ['local all all scram-sha-256'],
    settings: { ...toldSettings, log_statement: 'ddl' },
  });
  await setUp(server, grantsSql({ role: 'assay', platform: 'self-managed', log: true }));
  await setUp(server, "alter role assay password 'p'");
  await setUp(server, 'create database shop');
  await setUp(server, 'select pg_stat_reset()', 'shop');
  // Ids of sessions hold whole seconds: only those of later ones are compared from their first entry on.
  await wait(1_100);
  const shop = { ...server.superuser, database: 'shop' };
  for (let times = 0; times < 20; times++)
    await sessionOf(shop, ['select 1/0', 'select 1/0', `select 1/0 as "of ${times}"`]);
  folder = await folderOf(server);
  // Of the last moments nothing is said: sessions come and go while they are counted.
  await wait(3_000);
});
afterAll(stopAll);

/** Statements and messages that look like entries of every form, and like the ends of their fields. */
const lookalikes = [
  '2026-11-20 14:38:47.143 UTC,"x","y",77,"[local]",6b005b77.5a9c,1,"",2026-11-20 14:38:47 UTC,,0,LOG,00000,"z"',
  '{"timestamp":"2026-11-20 14:38:47.143 UTC","session_id":"6b005b77.5a9c","line_num":1,"error_severity":"LOG"}',
  '2026-11-20 14:38:47.143 UTC [77] 6b005b77.5a9c 1 x@y/z h LOG:  disconnection: session time: 0',
  '",,,"',
];
const hostile = lookalikes.flatMap((text) => [
  `do $x$ begin raise log '%', E'a\\n' || $y$${text}$y$ || E'\\n'; end $x$`,
  `select 1/0 -- \n-- ${text}\n`,
]);

const auditor = { user: 'assay', password: 'p' };
const continuityIn = (record: CollectedRecord) => seen(record, 'auditlog.continuity').value as Continuity;
const destination = (value: Continuity, name: string) =>
  value.destinations.find((one) => one.destination === name);

describe('a whole log', () => {
  test('is whole in every form, read as the role that assay prints', async () => {
    const record = await lookAtLog(logTarget(server, {}, auditor));
    const value = continuityIn(record);
    for (const one of value.destinations)
      expect(one).toMatchObject({
        missing: 0,
        duplicates: 0,
        gaps: [],
        unfinished: 0,
        unlogged: 0,
        malformed: 0,
        stepsBack: 0,
      });
    expect(value.destinations.map((one) => one.destination)).toEqual(logForms);
    if (knows('jsonlog')) {
      expect(destination(value, 'csvlog')?.entries).toBe(destination(value, 'jsonlog')?.entries);
      expect(value.differingSessions).toBe(0);
      expect(value.comparedSessions).toBeGreaterThanOrEqual(20);
    } else expect(value).not.toHaveProperty('differingSessions');
    expect(value.lostSessions).toBe(knows('counts of sessions') ? 0 : undefined);
    const comparedWith = (name: string) => value.databases.find(({ database }) => database === name);
    expect(comparedWith('shop')).toEqual(
      knows('counts of sessions')
        ? {
            database: 'shop',
            comparable: true,
            counted: expect.any(Number),
            authorized: 20,
            missing: 0,
          }
        : undefined,
    );
    const counted = knows('statistics that were never reset')
      ? { comparable: false }
      : { comparable: true, missing: 0 };
    if (!knows('counts of sessions')) expect(value.databases).toEqual([]);
    else expect(comparedWith('postgres')).toMatchObject({ database: 'postgres', ...counted });
    expect(seen(record, 'auditlog.continuity').completeness[0]?.missing).toEqual([]);
  });

  test('says the same from its folder', async () => {
    const value = continuityIn(await lookAtLog(logTarget(server, { folder }, auditor)));
    for (const one of value.destinations)
      expect(one).toMatchObject({ missing: 0, unfinished: 0, unlogged: 0 });
  });
});

/** The log as it is now, by form; of each the file that is being written. */
function texts(): Readonly<Record<'csvlog' | 'jsonlog' | 'stderr', string>> {
  const read = (ending: string) => {
    const names = readdirSync(folder).filter((name) => name.endsWith(ending));
    return names
      .sort()
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join('');
  };
  return { csvlog: read('.csv'), jsonlog: read('.json'), stderr: read('.log') };
}

describe('what is taken out of a log of 60 errors in 20 sessions', () => {
  const count = (more: Partial<ServerCount> = {}): ServerCount => {
    const nowMs = Date.now();
    return {
      atMs: nowMs + 600_000,
      windowStartMs: nowMs - 86_400_000,
      windowHours: 24,
      alive: new Set(),
      logs: { connections: true, ends: true },
      current: true,
      ...more,
    };
  };
  const say = (all: Texts, more?: Partial<ServerCount>) =>
    continuityOfTexts(all, count(more), toldSettings['log_line_prefix'] ?? '');
  let whole: ReturnType<typeof texts>;
  beforeAll(async () => {
    await wait(500);
    whole = texts();
  });

  const linesOf = (text: string): readonly string[] => text.split('\n').slice(0, -1);
  const together = (lines: readonly string[]): readonly [string] => [`${lines.join('\n')}\n`];
  const idOf = (line: string) => /^(?:\d{4}-|\{).*?\b([0-9a-f]{8}\.[0-9a-f]{1,6})\b/.exec(line)?.[1];

  /** Places of entries in the file, by session. */
  function entriesBySession(lines: readonly string[]): ReadonlyMap<string, readonly number[]> {
    const sessions = new Map<string, number[]>();
    lines.forEach((line, at) => {
      const id = idOf(line);
      if (id !== undefined) sessions.set(id, [...(sessions.get(id) ?? []), at]);
    });
    return sessions;
  }

  test.each(logForms)('a single entry of %s', (format) => {
    const lines = linesOf(whole[format]);
    const sessions = entriesBySession(lines);
    const entries = [...sessions.values()].flat();
    expect(say({ [format]: [whole[format]] }).destinations).toMatchObject([{ missing: 0, unfinished: 0 }]);
    const unnoticed = entries.filter((at) => {
      const [one] = say({ [format]: together(lines.toSpliced(at, 1)) }).destinations;
      return one?.missing === 0 && one.unfinished === 0;
    });
    expect(entries.length).toBeGreaterThan(120);
    // The last one of a process of the server itself, or of a client that was never let in.
    const last = new Set([...sessions.values()].map((all) => all.at(-1)));
    // Of stderr its first one too: those before it went elsewhere.
    const isFirst = (at: number): boolean => format === 'stderr' && at === 0;
    expect(unnoticed.filter((at) => !last.has(at) && !isFirst(at))).toEqual([]);
    expect(unnoticed.filter((at) => lines[at]?.includes('disconnection: '))).toEqual([]);
    expect(unnoticed.length).toBeLessThan(6);
  });

  test.each(logForms)('the end of %s, from any entry on', (format) => {
    const lines = linesOf(whole[format]);
    const starts = [...entriesBySession(lines).values()].flat().sort((a, b) => a - b);
    const cutInside = starts.filter((at) => {
      const left = together(lines.slice(0, at));
      const [one] = say({ [format]: left }).destinations;
      return (one?.unfinished ?? 0) > 0;
    });
    // Wherever the cut falls between a log-in and its end.
    expect(cutInside.length).toBeGreaterThan(starts.length / 3);
  });

  test('whole sessions: the server has counted more', () => {
    const lines = linesOf(whole.csvlog);
    const sessions = entriesBySession(lines);
    const inShop = [...sessions.values()].filter((all) =>
      all.some((at) =>
        lines[at]?.includes('connection authorized: user=postgres database=shop application_name=client'),
      ),
    );
    expect(inShop.length).toBe(20);
    const databases = [{ database: 'shop', sessions: 20, resetMs: resetOf(lines) }];
    for (const removed of [0, 1, 5, 20]) {
      const gone = new Set(inShop.slice(0, removed).flat());
      const left = together(lines.filter((_, at) => !gone.has(at)));
      const value = say({ csvlog: left }, { databases });
      expect(value.databases[0]).toMatchObject({ authorized: 20 - removed, missing: removed });
      expect(value.destinations[0]).toMatchObject({ missing: 0, unfinished: 0 });
    }
  });

  /** When the first of the twenty began: the statistics were reset before. */
  function resetOf(lines: readonly string[]): number {
    const first = lines.find((line) => line.includes('database=shop application_name=client')) ?? '';
    return Date.parse(`${first.slice(0, 23).replace(' ', 'T')}Z`) - 1;
  }

  test('whole sessions that the server still has', () => {
    const lines = linesOf(whole.csvlog);
    const [id = '', places = []] = [...entriesBySession(lines)].at(-1) ?? [];
    const left = together(lines.filter((_, at) => !places.includes(at)));
    expect(say({ csvlog: left }, { alive: new Set([id]) }).destinations[0]).toMatchObject({ unlogged: 1 });
    expect(say({ csvlog: [whole.csvlog] }, { alive: new Set([id]) }).destinations[0]).toMatchObject({
      unlogged: 0,
    });
  });

  test('whole sessions and changed words in one of two forms', ({ skip }) => {
    skip(!knows('jsonlog'), sinceOf('jsonlog'));
    const lines = linesOf(whole.csvlog);
    const both = (csvlog: readonly string[]) => say({ csvlog, jsonlog: [whole.jsonlog] }).differingSessions;
    const places = new Set([...entriesBySession(lines).values()].at(-1));
    expect(both([whole.csvlog])).toBe(0);
    expect(both(together(lines.filter((_, at) => !places.has(at))))).toBe(1);
    expect(both([whole.csvlog.replace(/division by zero/, 'division by one ')])).toBe(1);
  });

  test('in place: the scan says how many are missing', async () => {
    const path = join(folder, readdirSync(folder).find((name) => name.endsWith('.csv')) ?? '');
    const before = readFileSync(path, 'utf8');
    const kept = before.split('\n').filter((line) => !line.includes('ERROR,22012'));
    writeFileSync(path, kept.join('\n'));
    const value = continuityIn(await lookAtLog(logTarget(server, {}, auditor)));
    expect(destination(value, 'csvlog')?.missing).toBe(60);
    expect(destination(value, 'csvlog')?.gaps[0]).toEqual({
      session: expect.any(String),
      // Received, authenticated, authorized.
      after: knows('log-ins told as authenticated') ? 3 : 2,
      missing: 3,
    });
    expect(destination(value, 'stderr')?.missing).toBe(0);
    if (!knows('jsonlog')) return;
    expect(destination(value, 'jsonlog')?.missing).toBe(0);
    expect(value.differingSessions).toBe(20);
  });
});

describe('a log of which a form was wiped or overwritten is not whole', () => {
  const empty = (): Buffer => Buffer.alloc(0);
  const garbage = (bytes: number): Buffer => randomBytes(bytes);
  const form = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

  test.for<[string, readonly string[], (before: Buffer) => Buffer, readonly string[], readonly string[]]>([
    ['csv emptied', ['csv'], empty, ['csvlog'], []],
    ['json emptied', ['json'], empty, ['jsonlog'], []],
    ['stderr emptied', ['log'], empty, ['stderr'], []],
    ['csv and json emptied', ['csv', 'json'], empty, ['csvlog', 'jsonlog'], []],
    ['csv of random bytes', ['csv'], () => garbage(50_000), ['csvlog'], ['csvlog']],
    [
      'csv and json of random bytes',
      ['csv', 'json'],
      () => garbage(50_000),
      ['csvlog', 'jsonlog'],
      ['csvlog', 'jsonlog'],
    ],
    ['garbage at the end', ['csv'], (before) => Buffer.concat([before, garbage(100_000)]), [], ['csvlog']],
  ])('%s', async ([_, forms, change, wiped, strayed], { skip }) => {
    skip(forms.includes('json') && !knows('jsonlog'), sinceOf('jsonlog'));
    const originals = readdirSync(folder)
      .filter((name) => forms.includes(form(name)))
      .map((name) => join(folder, name))
      .map((path) => ({ path, before: readFileSync(path), after: change(readFileSync(path)) }));
    for (const { path, after } of originals) writeFileSync(path, after);
    const record = await lookAtLog(logTarget(server, {}, auditor));
    // What it writes while its files are put back would be lost: the end of the look's own session, first of all.
    await untilQuiet(folder);
    // The server goes on writing at the end of what it finds.
    for (const { path, before, after } of originals)
      writeFileSync(path, Buffer.concat([before, readFileSync(path).subarray(after.length)]));
    const whats = (fact: string): readonly string[] =>
      seen(record, fact).completeness.flatMap(({ missing }) => missing.map(({ what }) => what));
    const inContinuity = whats('auditlog.continuity');
    for (const name of wiped)
      expect(inContinuity).toContainEqual(expect.stringMatching(`^entries of ${name}`));
    for (const name of strayed)
      expect(inContinuity).toContainEqual(expect.stringMatching(`^\\d+ lines of ${name}$`));
    expect(inContinuity).toHaveLength(wiped.length + strayed.length);
    if (forms.includes('csv')) expect(whats('auditlog.fields')).not.toEqual([]);
  });
});

test('entries that look like others are what they are', async () => {
  await sessionOf(server.superuser, hostile, 'x LOG:  connection authorized: user=x" @ / ,');
  await wait(2_500);
  const value = continuityIn(await lookAtLog(logTarget(server, {}, auditor)));
  for (const one of value.destinations)
    expect(one).toMatchObject({
      missing: one.destination === 'csvlog' ? 60 : 0,
      duplicates: 0,
      unfinished: 0,
      malformed: 0,
    });
  expect(value.destinations).toHaveLength(logForms.length);
  expect(new Set(value.destinations.map(({ sessions }) => sessions)).size).toBe(1);
});

describe('secrets in a log', () => {
  test('are counted where they stand, and stand nowhere in what a scan writes', async () => {
    const secrets = [
      'Geheim-Wort-7',
      '4111 1111 1111 1111',
      '123-45-6789',
      'AKIAIOSFODNN7EXAMPLE',
      'uri-secret',
    ];
    await setUp(server, `create role leaky login password '${secrets[0]}'`);
    await sessionOf(server.superuser, [
      `select 1/0 /* ${secrets[1]} */`,
      `select 1/0 /* ${secrets[2]} */`,
      `select 1/0 /* ${secrets[3]} */`,
      `select 1/0 /* postgres://app:${secrets[4]}@db.example/shop */`,
    ]);
    const record = await lookAtLog(logTarget(server, {}, auditor));
    const { detectors } = seen(record, 'auditlog.matches').value as Matches;
    const found = Object.fromEntries(detectors.map((one) => [one.detector, one.entries]));
    // The password of the role assay stands there too, and of stderr the statement is an entry of its own.
    const once = logForms.length;
    expect(found).toEqual({
      'card-number': once,
      'connection-uri': once,
      jwt: 0,
      'password-clause': 2 * once,
      'private-key': 0,
      'aws-access-key': once,
      'us-social-security-number': once,
    });
    const place = detectors[0]?.files.find(({ file }) => file.endsWith('.csv'));
    const text = readFileSync(join(folder, place?.file ?? ''));
    expect(text.subarray(place?.firstOffset, (place?.firstOffset ?? 0) + 2000).toString()).toContain(
      secrets[1],
    );
    const all = allText(record);
    for (const secret of secrets) expect(all).not.toContain(secret);
  });
});

test('forms are known by their names, however these are written', async () => {
  const written = logForms.map((form, at) => (at === 0 ? form.toUpperCase() : `"${form}"`)).join(', ');
  await setUp(server, `alter system set log_destination = '${written}'`);
  await setUp(server, 'select pg_reload_conf(), pg_sleep(0.5)');
  const record = await lookAtLog(logTarget(server, {}, auditor));
  await setUp(server, `alter system set log_destination = '${toldSettings['log_destination']}'`);
  await setUp(server, 'select pg_reload_conf(), pg_sleep(0.5)');
  expect(continuityIn(record).destinations.map((one) => one.destination)).toEqual([...logForms].sort());
  expect(seen(record, 'auditlog.continuity').completeness[0]?.missing).toEqual([]);
});

describe('fields and retention', () => {
  test('every entry of csvlog tells everything', async () => {
    const record = await lookAtLog(logTarget(server, {}, auditor));
    const { classes } = seen(record, 'auditlog.fields').value as Fields;
    expect(classes.map((one) => one.class)).toEqual(
      expect.arrayContaining(['log-in', 'log-out', 'statement']),
    );
    for (const { entries, class: _, ...counts } of classes)
      expect(Object.values(counts)).toEqual(Object.values(counts).map(() => entries));
  });

  test('how far it reaches back, and how old the server is', async () => {
    const record = await lookAtLog(logTarget(server));
    const value = seen(record, 'auditlog.retention').value as Retention;
    expect(value).toMatchObject({ reachesBackDays: 0, serverAgeDays: 0, rotationMinutes: 1440 });
    expect(value).not.toHaveProperty('overwritesAfterDays');
  });
});

describe('what cannot be read is not seen', () => {
  test.each([
    ['a role without the functions', {}, 'ERR_DENIED', 'assay grants postgres --log'],
    ['a folder that is not there', { folder: '/nonexistent/log' }, 'ERR_LOG', 'log: folder'],
  ] as const)('%s', async (_, log, code, remedy) => {
    await setUp(server, 'drop role if exists plain');
    await setUp(server, "create role plain login password 'p'; grant pg_read_all_stats to plain");
    const record = await lookAtLog(logTarget(server, log, { user: 'plain', password: 'p' }));
    for (const fact of ['auditlog.continuity', 'auditlog.matches']) {
      const { reason } = unseen(record, fact);
      expect(reason.code).toBe(code);
      expect(reason.remedy).toContain(remedy);
    }
  });

  test('a function of another content is not called', async () => {
    await setUp(
      server,
      "create or replace function assay_audit.log_files() returns table (name text, size text, modified_ms text) language sql stable security definer as 'select null::text, null::text, null::text'",
    );
    const record = await lookAtLog(logTarget(server, {}, auditor));
    expect(unseen(record, 'auditlog.continuity').reason.code).toBe('ERR_DENIED');
    await setUp(
      server,
      grantsSql({ role: 'assay', platform: 'self-managed', log: true }).replace(/create role.*;/, ''),
    );
  });

  test('copies that end before the look do not tell what became of sessions', async () => {
    const record = await lookAtLog(logTarget(server, { folder: copyOf(folder) }, auditor));
    const [one] = continuityIn(record).destinations;
    expect(one).not.toHaveProperty('unfinished');
    const { completeness } = seen(record, 'auditlog.continuity');
    expect(completeness[0]?.missing[0]?.why).toContain('older copies');
  });
});

describe('rotation', () => {
  test('entries on both sides of it are one session', async () => {
    await setUp(server, 'select pg_rotate_logfile()');
    await wait(1_500);
    await sessionOf(server.superuser, [
      'select 1/0',
      'select pg_rotate_logfile()',
      'select pg_sleep(1.5)',
      'select 1/0',
    ]);
    await wait(2_500);
    const value = continuityIn(await lookAtLog(logTarget(server, {}, auditor)));
    for (const name of logForms.filter((one) => one !== 'csvlog')) {
      expect(destination(value, name)).toMatchObject({ missing: 0, duplicates: 0, unfinished: 0 });
      expect(destination(value, name)?.files).toBeGreaterThan(1);
    }
  });
});

describe('canaries', () => {
  const facts = ['auditlog.canaries'];

  test('are found through the same reader, and nothing is written to the database', async () => {
    const record = await lookAtLog(logTarget(server, {}, auditor), facts);
    expect(seen(record, 'auditlog.canaries').value).toEqual({
      connection: true,
      disconnection: true,
      error: true,
      'failed-log-in': true,
    });
    expect(record.connections).toBe(3);
  });

  test('are found in the folder that the server writes to', async () => {
    const record = await lookAtLog(logTarget(server, { folder }, auditor), facts);
    expect(seen(record, 'auditlog.canaries').value).toMatchObject({ 'failed-log-in': true, error: true });
  });

  test('are not to be found in copies', async () => {
    const record = await lookAtLog(logTarget(server, { folder: copyOf(folder) }, auditor), facts);
    expect(unseen(record, 'auditlog.canaries').reason.code).toBe('ERR_LOG');
  });

  test('a read is told only by pgaudit, which is not there', async () => {
    await setUp(server, 'create table cards (number text); grant select on cards to assay');
    const record = await lookAtLog(logTarget(server, { canaryTable: 'public.cards' }, auditor), facts);
    expect(seen(record, 'auditlog.canaries').value).toMatchObject({ 'sensitive-read': false });
  });

  test('SELECT on one column is enough', async () => {
    await setUp(server, 'revoke select on cards from assay; grant select (number) on cards to assay');
    const record = await lookAtLog(logTarget(server, { canaryTable: 'public.cards' }, auditor), facts);
    const { value, completeness } = seen(record, 'auditlog.canaries');
    expect(value).toMatchObject({ 'sensitive-read': false });
    expect(completeness).toEqual([]);
  });

  test.each([
    ['that the role may not read', 'public.cards', ['42501', 'grant', 'SELECT on one column']],
    ['that is not there', 'public.nowhere', ['42P01', 'canary-table']],
  ])('a table %s is not tried, and it is said why', async (_, canaryTable, words) => {
    await setUp(server, 'revoke select (number) on cards from assay');
    const record = await lookAtLog(logTarget(server, { canaryTable }, auditor), facts);
    const { value, completeness } = seen(record, 'auditlog.canaries');
    expect(value).not.toHaveProperty('sensitive-read');
    expect(completeness[0]?.missing).toMatchObject([{ what: 'sensitive-read' }]);
    for (const word of [...words, canaryTable]) expect(completeness[0]?.missing[0]?.why).toContain(word);
  });

  test.each([
    ['an index', 'create index on lair.cards ((number || lair.spring()))'],
    [
      'a policy',
      'alter table lair.cards enable row level security; create policy p on lair.cards using (lair.spring() = $$x$$)',
    ],
    [
      'a view',
      'alter table lair.cards rename to kept; create view lair.cards as select lair.spring() from lair.kept',
    ],
  ])('no table is read that runs code of its owner: %s', async (_, sql) => {
    await setUp(
      server,
      `drop schema if exists lair cascade; drop role if exists mallory; create role mallory;
       create schema lair authorization mallory; grant usage on schema lair to assay; set role mallory;
       create function lair.spring() returns text immutable language plpgsql as
         $f$ begin if current_user <> 'mallory' then raise exception 'sprung as %', current_user; end if; return 'x'; end $f$;
       create table lair.cards (number text); ${sql}; grant select on lair.cards to assay`,
    );
    const record = await lookAtLog(logTarget(server, { canaryTable: 'lair.cards' }, auditor), facts);
    const { value, completeness } = seen(record, 'auditlog.canaries');
    expect(value).not.toHaveProperty('sensitive-read');
    expect(completeness[0]?.missing[0]?.why).toMatch(/^a read of lair.cards is not tried: /);
    expect(texts().csvlog).not.toContain('sprung as assay');
    await setUp(server, 'drop schema lair cascade; drop role mallory');
  });

  test('where nothing of sessions is logged, they are missing', async () => {
    await setUp(server, 'alter system set log_connections = off');
    await setUp(server, 'alter system set log_disconnections = off');
    await setUp(server, 'select pg_reload_conf()');
    await wait(500);
    const record = await lookAtLog(logTarget(server, {}, auditor), facts);
    expect(seen(record, 'auditlog.canaries').value).toMatchObject({
      connection: false,
      disconnection: false,
      'failed-log-in': true,
    });
    const continuity = continuityIn(await lookAtLog(logTarget(server, {}, auditor)));
    expect(continuity.destinations[0]).not.toHaveProperty('unfinished');
  });
});

test('of a folder only files that are logs are read, and no link is followed', async () => {
  const copy = copyOf(folder);
  const secret = join(copy, '..', `assay-link-${process.pid}.csv`);
  writeFileSync(secret, 'select 4111111111111111\n');
  symlinkSync(secret, join(copy, 'link.csv'));
  writeFileSync(join(copy, 'server.key'), 'select 4111111111111111\n');
  const record = await lookAtLog(logTarget(server, { folder: copy }, auditor));
  const { detectors } = seen(record, 'auditlog.matches').value as Matches;
  const read = detectors.flatMap(({ files }) => files.map(({ file }) => file));
  expect(read.filter((file) => ['link.csv', 'server.key'].includes(file))).toEqual([]);
  expect(allText(record)).not.toContain('link.csv');
  rmSync(secret);
});

test.each([
  ['packed', 'server.log.2.gz', true],
  ['under another name', 'a:b.log', true],
  ['a link', 'link.csv', true],
  ['from before the window', 'server.log.3.gz', false],
  ['no log', 'notes.txt', false],
])('what of the window is not read is told: %s', async (_, name, told) => {
  const copy = copyOf(folder);
  if (name === 'link.csv') symlinkSync('/dev/null', join(copy, name));
  else writeFileSync(join(copy, name), 'select 4111111111111111\n');
  if (name.includes('.3.')) utimesSync(join(copy, name), 0, 0);
  const record = await lookAtLog(logTarget(server, { folder: copy }, auditor), ['auditlog.matches']);
  const missing = seen(record, 'auditlog.matches').completeness.flatMap((list) => list.missing);
  expect(missing.map(({ what }) => what).includes('1 files of the window that were not read')).toBe(told);
});
