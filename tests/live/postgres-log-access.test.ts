import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import type { LogAccess } from '../../src/postgres/facts/log-access.ts';
import { grantsSql } from '../../src/postgres/grants.ts';
import { look, running, seen, setUp, stopAll, targetAt, unseen } from '../postgres/looking.ts';
import { testedMajor } from '../postgres/major.ts';

const fact = 'postgres.logAccess';
let server: PostgresServer;

beforeAll(async () => {
  server = await running({
    password: 'superuser-password',
    hba: ['local all all trust'],
    settings: { logging_collector: 'on', log_directory: 'log' },
  });
  await setUp(server, grantsSql({ role: 'assay', platform: 'self-managed' }));
  await setUp(
    server,
    `create role boss superuser; create role heir login in role boss; create role group_of_readers;
     grant pg_read_server_files to group_of_readers; create role clerk login noinherit in role group_of_readers;
     grant pg_write_server_files to clerk; create role runner login; grant pg_execute_server_program to runner;
     create role copier login replication; create role nobody; grant pg_read_server_files to nobody;
     create role plain login; create role monitor login; grant pg_monitor to monitor;
     grant execute on function pg_rotate_logfile() to plain; grant execute on function lo_import(text) to plain;
     create function public.tail() returns text language sql security definer as
       $$select pg_read_file('log/' || f.name) from pg_ls_logdir() f limit 1$$;
     revoke execute on function public.tail() from public; grant execute on function public.tail() to plain;
     create function public.harmless() returns text language sql as $$select pg_read_file('x')$$;
     create extension file_fdw; create server files foreign data wrapper file_fdw;
     create foreign table public.log (line text) server files options (filename 'log/postgresql.log');
     create foreign table public.around (line text) server files options (filename 'base/../log/x.log');
     create foreign table public.run (line text) server files options (program 'cat log/x');
     create foreign table public.rates (line text) server files options (filename '/srv/rates.csv');
     grant select on public.log to monitor; grant select (line) on public.around to plain;
     grant select on public.run to public; grant select on public.rates to public`,
  );
  await setUp(server, 'create database clinic');
  await setUp(
    server,
    `create function public.renamed(text) returns text language internal as 'pg_read_file_all';
     revoke execute on function public.renamed(text) from public;
     grant execute on function public.renamed(text) to group_of_readers`,
    'clinic',
  );
});
afterAll(stopAll);

const lookAs = (user: string) =>
  look(targetAt({ host: server.socketFolder, port: server.port }, { user, tls: 'plaintext' }), {}, [fact]);

describe('who can reach the log', () => {
  test('is each role that may log in, and each way that it has', async () => {
    const { value, completeness } = seen(await lookAs('assay'), fact);
    expect(completeness).toMatchObject([{ list: '', missing: [] }]);
    const ways = (value as LogAccess).map(({ role, way, through, reads, alters }) => {
      const does = `${reads ? 'reads' : ''}${alters ? 'alters' : ''}`;
      return `${role}: ${way}, ${through}, ${does}`;
    });
    expect(ways).toEqual([
      'clerk: pg_read_server_files, pg_read_server_files, reads',
      'clerk: pg_write_server_files, pg_write_server_files, alters',
      'clerk: public.renamed(text) in database clinic, group_of_readers, reads',
      'copier: base backup, copier, reads',
      'heir: superuser, boss, readsalters',
      'monitor: public.log in database postgres, monitor, reads',
      'plain: pg_catalog.lo_import(text) in database postgres, plain, reads',
      'plain: pg_catalog.pg_rotate_logfile() in database postgres, plain, alters',
      'plain: public.around in database postgres, plain, reads',
      'plain: public.tail() in database postgres, plain, reads',
      'postgres: superuser, postgres, readsalters',
      'public: public.run in database postgres, public, reads',
      'runner: pg_execute_server_program, pg_execute_server_program, readsalters',
    ]);
  });

  test.runIf(testedMajor >= 14)('whoever reads every table reads the tables over it', async () => {
    await setUp(server, 'grant pg_read_all_data to monitor');
    const { value } = seen(await lookAs('assay'), fact);
    await setUp(server, 'revoke pg_read_all_data from monitor');
    const ofMonitor = (value as LogAccess).filter(({ role }) => role === 'monitor');
    expect(ofMonitor.map(({ way }) => way)).toEqual([
      'public.around in database postgres',
      'public.log in database postgres',
      'public.run in database postgres',
    ]);
  });

  test('aggregates and tables over parts are ways too', async () => {
    await setUp(
      server,
      `create aggregate public.gather(bigint, bigint) (sfunc = pg_read_file, stype = text, initcond = 'log/x.log');
       revoke execute on function public.gather(bigint, bigint) from public;
       grant execute on function public.gather(bigint, bigint) to plain;
       create table public.whole (line text); create foreign table public.part () inherits (public.whole)
         server files options (filename 'log/x.log'); grant select on public.whole to plain`,
    );
    const { value } = seen(await lookAs('assay'), fact);
    await setUp(server, 'drop aggregate public.gather(bigint, bigint); drop table public.whole cascade');
    const ofPlain = (value as LogAccess).filter(({ role }) => role === 'plain').map(({ way }) => way);
    expect(ofPlain).toContain('public.gather(bigint, bigint) in database postgres');
    expect(ofPlain).toContain('public.whole in database postgres');
  });

  test.runIf(testedMajor >= 14)('a body that was parsed when it was made has no text', async () => {
    await setUp(
      server,
      `create function public.atomic() returns text language sql security definer
         begin atomic select upper(pg_read_file('log/x.log', 0, 10)); end;
       create procedure public.export() language sql security definer
         begin atomic select lo_export(1, '/tmp/x'); end;
       create function public.calm() returns int language sql security definer begin atomic select 1; end;
       create function public.own() returns text language sql begin atomic select pg_read_file('x'); end`,
    );
    const { value } = seen(await lookAs('assay'), fact);
    await setUp(
      server,
      'drop function public.atomic(), public.calm(), public.own(); drop procedure public.export()',
    );
    expect((value as LogAccess).filter(({ role, way }) => role === 'public' && way.includes('()'))).toEqual([
      {
        ...{ role: 'public', way: 'public.atomic() in database postgres', through: 'public' },
        ...{ reads: true, alters: false },
      },
      {
        ...{ role: 'public', way: 'public.export() in database postgres', through: 'public' },
        ...{ reads: false, alters: true },
      },
    ]);
  });

  test('with the functions of assay grants --log, the role that they are for is one', async () => {
    await setUp(server, grantsSql({ role: 'tailer', platform: 'self-managed', log: true }));
    const { value } = seen(await lookAs('assay'), fact);
    expect((value as LogAccess).filter(({ role }) => role === 'tailer')).toMatchObject([
      { way: expect.stringContaining('assay_audit.log_chunk('), reads: true, alters: false },
    ]);
  });

  test('is not known to a role that may not see where the log is', async () => {
    expect(unseen(await lookAs('plain'), fact).reason).toMatchObject({
      code: 'ERR_DENIED',
      remedy: expect.stringContaining('pg_read_all_settings'),
    });
  });
});
