import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import type { PostgresServer } from '../../../src/demo/postgres-server.ts';
import type { DefaultPasswords } from '../../../src/model/index.ts';
import { grantsSql } from '../../../src/postgres/grants.ts';
import { selfSigned } from '../certificate.ts';
import { fileWith, running, setUp, targetAt } from '../looking.ts';
import { majorOf } from '../major.ts';
import { accounts } from './accounts.ts';
import { authentication, hardenedRules, weakRules } from './authentication.ts';
import { configuration } from './configuration.ts';
import { grants } from './grants.ts';
import { logging } from './logging.ts';
import { objects } from './objects.ts';
import { replication } from './replication.ts';
import { roles } from './roles.ts';
import { hold, reopen } from './sessions.ts';
import { state } from './state.ts';
import { type Layer, partsOf, type Remedy, type Topic } from './topic.ts';

/** Sessions that stay open come first: what is held to TLS survives the rules and restarts of the others' remedies. */
export const topics: readonly Topic[] = [
  state,
  authentication,
  roles,
  grants,
  configuration,
  logging,
  replication,
  objects,
  // Last: afterwards other roles cannot log in.
  accounts,
];

const certificate = selfSigned('db.test');

/** @param binaries absent: the npm package's server */
export const startWeak = (binaries?: string): Promise<PostgresServer> =>
  started(
    weakRules,
    topics.map(({ weak }) => weak),
    binaries,
  );

/** @param further what the server has beside, such as the settings of an extension of those binaries */
export const startHardened = (binaries?: string, further: Layer = {}): Promise<PostgresServer> =>
  started(hardenedRules, [...topics.map(({ hardened }) => hardened), further], binaries);

async function started(
  hba: readonly string[],
  whole: readonly Layer[],
  binaries: string | undefined,
): Promise<PostgresServer> {
  const layers = whole.flatMap((layer) => partsOf(layer, majorOf(binaries)));
  const server = await running({
    password: 'superuser-password',
    hba,
    settings: settingsOf(layers),
    tls: certificate,
    ...(binaries === undefined ? {} : { binaries }),
  });
  await setUp(server, grantsSql({ role: 'assay', platform: 'self-managed' }));
  await setUp(server, "alter role assay password 'p'");
  // Before version 15 everybody may make objects in the schema public of a new database.
  await setUp(server, 'revoke create on schema public from public', 'template1');
  await setUp(server, 'create database clinic');
  for (const layer of layers) await fill(server, layer);
  await hold(
    server,
    layers.flatMap(({ sessions = [] }) => sessions),
  );
  return server;
}

const settingsOf = (layers: readonly Layer[]): Readonly<Record<string, string>> =>
  Object.assign({}, ...layers.map(({ settings }) => settings));

/** One statement after another: some may not stand in a transaction. */
async function fill(server: PostgresServer, { sql, clinic }: Layer): Promise<void> {
  if (sql !== undefined) await setUp(server, sql);
  if (clinic !== undefined) await setUp(server, clinic, 'clinic');
}

/** What the weak server lets `app` log in with; over the network it asks for it. */
const defaultPasswords: readonly DefaultPasswords[] = [{ role: 'app', passwords: [{ kind: 'role-name' }] }];

/** The role that `assay grants postgres` makes, over the socket of the weak server. */
export const weakTarget = (server: PostgresServer, user = 'assay') =>
  targetAt({ host: server.socketFolder, port: server.port }, { user, password: password() });

/** The same from the network, for what can be seen only from there. */
export const weakNetworkTarget = (server: PostgresServer, tls: 'plaintext' | 'unverified') =>
  targetAt(server, { user: 'assay', password: password(), tls, defaultPasswords });

/** The same over verified TLS. */
export const hardenedTarget = (server: PostgresServer, user = 'assay') =>
  targetAt(
    { host: 'db.test', port: server.port, addresses: [server.host] },
    { user, password: password(), defaultPasswords },
    certificate.certificatePem,
  );

const password = () => ({ kind: 'file', path: fileWith('p') }) as const;

/** Does what an administrator would do, and waits until the server goes by it. */
export async function mend(server: PostgresServer, remedy: Remedy): Promise<void> {
  const { hba, restart } = remedy;
  const parts = partsOf(remedy, Number(await ask(server, 'show server_version_num')) / 10_000);
  const settings = settingsOf(parts);
  for (const [name, value] of Object.entries(settings))
    await setUp(server, `alter system set ${name} = '${value.replaceAll("'", "''")}'`);
  if (hba !== undefined) await setUp(server, rewriting(hba));
  if (restart) await server.restart().then(() => reopen(server));
  else if (hba !== undefined || Object.keys(settings).length > 0) await reload(server);
  for (const part of parts) await fill(server, part);
  if (remedy.sessions !== undefined) await hold(server, remedy.sessions);
}

const rewriting = (lines: readonly string[]): string =>
  `copy (select l from json_array_elements_text($$${JSON.stringify(lines)}$$) l) to program 'cat > pg_hba.conf'`;

/**
 * A process that is started afterwards goes by what the server has read, and says when that was. Times of files have whole
 * seconds: what was just written gets to be older than that.
 */
async function reload(server: PostgresServer): Promise<void> {
  await wait(1_010 - (Date.now() % 1_000));
  const loadedAt = (): Promise<unknown> => ask(server, 'select pg_conf_load_time()::text');
  const before = await loadedAt();
  await ask(server, 'select pg_reload_conf()');
  while ((await loadedAt()) === before) await wait(10);
}

/** The first value of the answer. */
async function ask(server: PostgresServer, sql: string): Promise<unknown> {
  const client = new Client({ ...server.superuser, ssl: false });
  await client.connect();
  try {
    const { rows } = await client.query({ text: sql, rowMode: 'array' });
    return (rows as readonly (readonly unknown[])[])[0]?.[0];
  } finally {
    await client.end();
  }
}
