import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import type { CollectedRecord } from '../../src/model/index.ts';
import { grantsSql } from '../../src/postgres/grants.ts';
import { allText, look, running, seen, setUp, stopAll, targetAt, unseen } from '../postgres/looking.ts';

const fact = 'postgres.folders';
let logs: PostgresServer;
let silent: PostgresServer;

beforeAll(async () => {
  const started = (settings: Readonly<Record<string, string>>) =>
    running({ password: 'superuser-password', hba: ['local all all trust'], settings });
  logs = await started({ logging_collector: 'on', log_filename: 'secret-name.log' });
  silent = await started({ log_directory: 'no-such-folder' });
  for (const server of [logs, silent]) {
    await setUp(server, grantsSql({ role: 'assay', platform: 'self-managed' }));
    await setUp(
      server,
      `create role plain login; create role boss superuser login; create role watch login; grant pg_monitor to watch;
       create role half login; grant execute on function pg_ls_waldir() to half`,
    );
  }
});
afterAll(stopAll);

const lookAs = (server: PostgresServer, user: string): Promise<CollectedRecord> =>
  look(targetAt({ host: server.socketFolder, port: server.port }, { user }), {}, [fact]);

describe('the folders that a server fills', () => {
  test.each(['assay', 'watch', 'boss'])('%s sees both, and no name of a file', async (user) => {
    const record = await lookAs(logs, user);
    const { value, completeness } = seen(record, fact);
    const whole = { files: expect.any(Number), bytes: expect.any(Number), newestSeconds: expect.any(Number) };
    expect(value).toMatchObject([
      { folder: 'log', ...whole, files: 1 },
      { folder: 'wal', ...whole },
    ]);
    expect((value as readonly { bytes: number }[])[1]?.bytes).toBeGreaterThanOrEqual(16 * 1024 * 1024);
    expect(completeness).toMatchObject([{ returned: 2, missing: [] }]);
    expect(allText(record)).not.toContain('secret-name');
  });

  test('a folder of a log that the server does not write is not asked for', async () => {
    expect(seen(await lookAs(silent, 'assay'), fact).value).toMatchObject([{ folder: 'wal' }]);
  });

  test('what the role may not list is missing, with the right that it lacks', async () => {
    const { value, completeness } = seen(await lookAs(logs, 'half'), fact);
    expect(value).toMatchObject([{ folder: 'wal' }]);
    expect(completeness[0]?.missing).toMatchObject([
      { what: 'log-folder', why: expect.stringContaining('EXECUTE on function pg_ls_logdir()') },
    ]);
    expect(JSON.stringify(unseen(await lookAs(logs, 'plain'), fact))).toContain('pg_ls_waldir()');
  });
});
