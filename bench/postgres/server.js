// A PostgreSQL of our own with what is to be audited in it; stopped by `stop`.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { startPostgres } from '../../dist/demo/postgres-server.js';

const password = 'bench';

/** What a size asks for: databases beside `postgres`, and what lies in the last of them. */
export const sizes = {
  small: { databases: ['sales', 'staff'], tables: 20, columns: 10, roles: 20 },
  large: { databases: ['sales'], tables: 5_000, columns: 10, roles: 1_000 },
};

/** Starts a server of a size: the URL to scan, a file that has its password, and how to connect. */
export async function startServer({ databases, tables, columns, roles }, folder) {
  const started = await startPostgres({
    password,
    hba: ['host all all 127.0.0.1/32 scram-sha-256'],
    path: process.env.PATH,
  });
  if (started.kind === 'unavailable') throw new Error(started.reason);
  const { server } = started;
  const connection = { host: server.host, port: server.port, user: 'postgres', password, ssl: false };
  try {
    const within = (database, ...texts) => ask({ ...connection, database }, texts);
    await within('postgres', ...databases.map((name) => `create database ${name}`));
    await within(databases.at(-1), ...objects(tables, columns, roles));
  } catch (error) {
    await server.stop();
    throw error;
  }
  const url = `postgres://postgres@${server.host}:${server.port}/postgres?sslmode=disable`;
  const passwordFile = join(folder, 'pgpass');
  writeFileSync(passwordFile, `${server.host}:${server.port}:*:postgres:${password}\n`, { mode: 0o600 });
  return { url, connection, passwordFile, stop: () => server.stop() };
}

/** Tables come 500 in a transaction: each holds a lock until its end. */
function* objects(tables, columns, roles) {
  yield `do $$ begin for i in 1..${roles} loop execute pg_catalog.format('create role r%s login', i); end loop; end $$`;
  const list = Array.from({ length: columns }, (_, at) => `c${at} ${at % 2 === 0 ? 'int' : 'text'}`);
  for (let first = 1; first <= tables; first += 500) {
    const last = Math.min(first + 499, tables);
    yield `do $$ begin for i in ${first}..${last} loop
  execute pg_catalog.format('create table t%s (${list.join(', ')})', i);
  execute pg_catalog.format('grant select on t%s to r%s', i, 1 + i % ${roles});
end loop; end $$`;
  }
}

async function ask(connection, texts) {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    for (const text of texts) await client.query(text);
  } finally {
    await client.end();
  }
}
