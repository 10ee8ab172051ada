import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import type { Observation } from '../../src/model/index.ts';
import type { Effective } from '../../src/postgres/facts/effective.ts';
import { sessionSettings } from '../../src/postgres/session-settings.ts';
import { judge, library } from '../control-cases.ts';
import { fileWith, look, running, seen, setUp, stopAll, targetAt } from '../postgres/looking.ts';
import { knows, sinceOf } from '../postgres/major.ts';

const roles = ['ann', 'bob'];
const databases = ['clinic', 'shop', 'postgres'];
const places = [
  'role ann',
  'role bob',
  'role all',
  'database clinic',
  'database shop',
  'role ann in database clinic',
  'role bob in database shop',
  'role all in database clinic',
];
const values = ['none', 'ddl', 'mod', 'all'];
let server: PostgresServer;

beforeAll(async () => {
  server = await running({ password: 'superuser-password', hba: ['local all all trust'] });
  for (const role of roles) await setUp(server, `create role ${role} login`);
  for (const name of databases.slice(0, 2)) await setUp(server, `create database ${name}`);
});
afterAll(stopAll);

const lookFor = (fact: string) => {
  const password = { kind: 'file', path: fileWith('superuser-password') } as const;
  const target = targetAt({ host: server.socketFolder, port: server.port }, { user: 'postgres', password });
  return look(target, {}, [fact]);
};

async function shownTo(user: string, database: string): Promise<string> {
  const client = new Client({ ...server.superuser, user, database });
  await client.connect();
  try {
    return (await client.query('show log_statement')).rows[0].log_statement;
  } finally {
    await client.end();
  }
}

test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
  'what every session gets is told, however it is set: %i',
  async (seed) => {
    let state = seed * 7919;
    const next = (most: number): number => {
      state = (state * 1103515245 + 12345) % 2147483648;
      return Math.floor(state / 65536) % most;
    };
    for (const place of places)
      await setUp(
        server,
        next(3) === 0
          ? `alter ${place} reset log_statement`
          : `alter ${place} set log_statement = '${values[next(4)]}'`,
      );
    const told = seen(await lookFor('postgres.effective'), 'postgres.effective')
      .value as unknown as Effective;
    for (const role of roles)
      for (const database of databases) {
        const forIt = told.filter(
          (one) =>
            one.setting === 'log_statement' &&
            ['', role].includes(one.role) &&
            ['', database].includes(one.database) &&
            !one.except.includes(role),
        );
        expect(forIt.map(({ value }) => value)).toContain(await shownTo(role, database));
      }
  },
);

test('a person whose sessions stay open in one database alone is an exception', async ({ skip }) => {
  skip(!knows('idle_session_timeout'), sinceOf('idle_session_timeout'));
  await setUp(
    server,
    "alter role ann set idle_session_timeout = '10min'; alter role ann in database shop set idle_session_timeout = 0",
  );
  const control = library.find(({ loaded }) => loaded.source.control.id === 'postgres.param.idle-timeouts');
  if (control === undefined) throw new Error('there is no such control');
  const { observations } = await lookFor('postgres.effective');
  const { reason } = judge(control.loaded, observations as unknown as readonly Observation[], {
    people: ['ann'],
  });
  expect(reason).toBe('fail');
});

test('values are what the server makes of them, however they are written', async () => {
  const numbers = [
    '0.5ms',
    '500us',
    '1500us',
    '2500us',
    '0.0005s',
    '010',
    '0x10',
    '1e3',
    '.5s',
    '30.1min',
    '0.1d',
  ];
  const more = [
    '010min',
    '0.5',
    '1.5',
    '2.5',
    '08',
    '512B',
    '1536B',
    '1.5kB',
    '0.3MB',
    '+5',
    ' 7 ',
    '-1',
    '1.',
    '5M',
  ];
  const client = new Client({ ...server.superuser });
  await client.connect();
  try {
    for (const name of [
      'idle_in_transaction_session_timeout',
      'log_temp_files',
      'log_parameter_max_length',
      'scram_iterations',
    ])
      for (const text of [...numbers, ...more]) {
        const taken = await client.query(`set ${name} = '${text}'`).catch(() => undefined);
        if (taken === undefined) continue;
        const { rows } = await client.query('select setting from pg_settings where name = $1', [name]);
        expect(`${text}: ${sessionSettings[name]?.value(text)}`).toBe(`${text}: ${rows[0].setting}`);
      }
  } finally {
    await client.end();
  }
});
