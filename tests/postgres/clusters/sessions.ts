import { Client } from 'pg';
import type { PostgresServer } from '../../../src/demo/postgres-server.ts';
import type { Session } from './topic.ts';

interface Held {
  readonly sessions: readonly Session[];
  readonly clients: readonly Client[];
}

const held = new WeakMap<PostgresServer, Held>();

/** Keeps these sessions open, and ends those that were, until the server stops. */
export async function hold(server: PostgresServer, sessions: readonly Session[]): Promise<void> {
  const before = held.get(server);
  await Promise.all((before?.clients ?? []).map((client) => client.end()));
  const clients = sessions.map((session) => clientOf(server, session));
  await Promise.all(clients.map((client) => client.connect()));
  held.set(server, { sessions, clients });
}

/** A restart has ended them. */
export const reopen = (server: PostgresServer): Promise<void> =>
  hold(server, held.get(server)?.sessions ?? []);

function clientOf({ host, port }: PostgresServer, { user, password, tls, replication }: Session): Client {
  const client = new Client({
    ...{ host, port, user, password, database: 'postgres', application_name: 'held' },
    ssl: tls ? { rejectUnauthorized: false } : false,
    ...(replication === undefined ? {} : { replication }),
  });
  client.on('error', () => {});
  return client;
}
