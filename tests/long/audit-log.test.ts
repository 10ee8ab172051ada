import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Continuity } from '../../src/auditlog/facts/continuity.ts';
import type { Matches } from '../../src/auditlog/facts/matches.ts';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import { csvLine } from '../auditlog/reading.ts';
import { logTarget, lookAtLog, toldSettings } from '../postgres/log-looking.ts';
import { running, seen, stopAll } from '../postgres/looking.ts';

const wantedBytes = 200 * 1024 * 1024;
const entriesOfSession = 12;
let server: PostgresServer;
const folder = mkdtempSync(join(tmpdir(), 'assay-log-'));

beforeAll(async () => {
  server = await running({
    password: 'superuser-password',
    hba: [],
    settings: { ...toldSettings, log_destination: 'csvlog' },
  });
});
afterAll(async () => {
  await stopAll();
  rmSync(folder, { recursive: true, force: true });
});

/** Sessions of ten statements; of every thousandth one is missing, and every thousandth has a card number. */
function writeLog(path: string): {
  readonly sessions: number;
  readonly missing: number;
  readonly found: number;
} {
  const file = openSync(path, 'w');
  const second = Math.floor(Date.now() / 1000) - 3600;
  let sessions = 0;
  let missing = 0;
  let found = 0;
  for (let bytes = 0; bytes < wantedBytes; sessions++) {
    const session = `${(second + (sessions % 3000)).toString(16)}.${(1000 + sessions).toString(16)}`;
    const one = { atMs: second * 1000 + sessions, session, user: 'app', database: 'shop' };
    const texts = Array.from({ length: entriesOfSession }, (_, at) => {
      const message = `statement: select ${at} from orders where note = '${'x'.repeat(150)}'\n  and more = "${sessions}"`;
      return csvLine({ ...one, line: at + 1, tag: 'SELECT', message });
    });
    if (sessions % 1000 === 7) missing += texts.splice(5, 1).length;
    if (sessions % 1000 === 9) {
      texts[3] = csvLine({ ...one, line: 4, tag: 'SELECT', message: "statement: select '4111111111111111'" });
      found++;
    }
    bytes += writeSync(file, texts.join(''));
  }
  closeSync(file);
  return { sessions, missing, found };
}

test('200 MB are read in bounded memory, and not one entry is overlooked', async () => {
  const path = join(folder, 'postgresql.csv');
  const written = writeLog(path);
  expect(statSync(path).size).toBeGreaterThan(wantedBytes);
  let highest = 0;
  const before = process.memoryUsage().rss;
  const watching = setInterval(() => {
    highest = Math.max(highest, process.memoryUsage().rss);
  }, 20);
  const record = await lookAtLog(logTarget(server, { folder }));
  clearInterval(watching);
  const value = seen(record, 'auditlog.continuity').value as Continuity;
  expect(value.destinations[0]).toMatchObject({
    entries: written.sessions * entriesOfSession - written.missing,
    sessions: written.sessions,
    missing: written.missing,
    duplicates: 0,
    malformed: 0,
  });
  const { detectors } = seen(record, 'auditlog.matches').value as Matches;
  expect(detectors[0]).toMatchObject({ detector: 'card-number', entries: written.found });
  expect(highest - before).toBeLessThan(192 * 1024 * 1024);
}, 300_000);
