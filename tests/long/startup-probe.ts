import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';

/** An attempt to log in, as far as the rules see it. */
export interface Attempt {
  readonly channel: 'socket' | 'plaintext' | 'tls';
  /** Of the client; for the socket of no meaning. */
  readonly source: string;
  readonly database: string;
  readonly user: string;
  readonly replication?: 'true' | 'database';
}

const requestMethods: Readonly<Record<number, string>> = {
  0: 'trust',
  3: 'password',
  5: 'md5',
  10: 'scram-sha-256',
};

const refusals: readonly (readonly [RegExp, string])[] = [
  [/^pg_hba\.conf rejects /, 'reject'],
  [/^no pg_hba\.conf entry for /, 'none'],
  [/^connection requires a valid client certificate/, 'cert'],
];

/**
 * The method of the rule that decides the attempt, by the server's first message; `none`: no rule matches.
 * PostgreSQL, "Message Formats": AuthenticationRequest and ErrorResponse. No credential is sent.
 */
export async function decidedBy(server: PostgresServer, attempt: Attempt): Promise<string> {
  const socket = await open(server, attempt);
  try {
    socket.write(startupMessage(attempt));
    const message = await firstMessage(socket);
    return methodOf(message);
  } finally {
    socket.destroy();
  }
}

async function open({ host, port, socketFolder }: PostgresServer, attempt: Attempt): Promise<Socket> {
  const socket =
    attempt.channel === 'socket'
      ? connectTcp({ path: `${socketFolder}/.s.PGSQL.${port}` })
      : connectTcp({ host, port, localAddress: attempt.source });
  await once(socket, 'connect');
  if (attempt.channel !== 'tls') return socket;
  socket.write(Buffer.from('0000000804d2162f', 'hex'));
  const [answer] = await once(socket, 'data');
  if (String(answer) !== 'S') throw new Error(`expected S to the SSLRequest, got ${answer}`);
  const encrypted = connectTls({ socket, rejectUnauthorized: false });
  await once(encrypted, 'secureConnect');
  return encrypted;
}

function startupMessage({ user, database, replication }: Attempt): Buffer {
  const pairs = ['user', user, 'database', database, ...(replication ? ['replication', replication] : [])];
  const body = Buffer.from(`${pairs.join('\0')}\0\0`);
  const head = Buffer.alloc(8);
  head.writeInt32BE(body.length + 8, 0);
  head.writeInt32BE(196_608, 4);
  return Buffer.concat([head, body]);
}

async function firstMessage(socket: Socket): Promise<Buffer> {
  let received = Buffer.alloc(0);
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    received = Buffer.concat([received, chunk]);
    if (received.length >= 5 && received.length > received.readInt32BE(1)) return received;
  }
  throw new Error(`expected a message, got ${received.length} bytes and the end`);
}

function methodOf(message: Buffer): string {
  const type = String.fromCharCode(message[0] ?? 0);
  const code = message.readInt32BE(5);
  const request = requestMethods[code];
  if (type === 'R' && request !== undefined) return request;
  const fields = message.subarray(5, message.readInt32BE(1) + 1).toString();
  const text = /\0M([^\0]*)\0/.exec(fields)?.[1] ?? '';
  const refusal = refusals.find(([pattern]) => pattern.test(text));
  if (type !== 'E' || refusal === undefined)
    throw new Error(`expected a decision of pg_hba.conf, got ${type} ${code} ${text}`);
  return refusal[1];
}
