import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { allText, look, targetAt, unseen } from '../postgres/looking.ts';

const secret = 'canary-password';
let server: Server | undefined;
const sockets = new Set<Socket>();
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server?.close();
});

interface Fake {
  readonly port: number;
  readonly received: Buffer[];
}

/** A server that answers each chunk by its turn. */
async function fake(...answers: readonly ((socket: Socket) => void)[]): Promise<Fake> {
  const received: Buffer[] = [];
  server = createServer((socket) => {
    sockets.add(socket);
    let turn = 0;
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      received.push(chunk);
      answers[Math.min(turn++, answers.length - 1)]?.(socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('expected a port');
  return { port: address.port, received };
}

const message = (type: string, body: Buffer): Buffer => {
  const head = Buffer.alloc(5);
  head.write(type, 0);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};
const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const cleartext = message('R', int32(3));
const md5 = message('R', Buffer.concat([int32(5), Buffer.from('salt')]));
const scram = message('R', Buffer.concat([int32(10), Buffer.from('SCRAM-SHA-256\0\0')]));
const letIn = Buffer.concat([message('R', int32(0)), message('Z', Buffer.from('I'))]);

async function reasonOf(port: number, tls: 'verified' | 'unverified' | 'plaintext', timeoutMs = 5_000) {
  const target = targetAt(
    { host: '127.0.0.1', port },
    { user: 'app', tls, tlsGiven: tls !== 'verified', password: { kind: 'env', name: 'P' } },
  );
  const record = await look(target, { P: secret }, ['postgres.server'], timeoutMs);
  expect(allText(record)).not.toContain(secret);
  return unseen(record, 'postgres.server').reason.code;
}

describe('a server that declines TLS gets no password', () => {
  const decline = (socket: Socket) => socket.write('N');
  test.each([
    ['cleartext', cleartext],
    ['md5', md5],
    ['SCRAM', scram],
  ])('not in the form of %s either', async (_, request) => {
    const { port, received } = await fake(decline, (socket) => socket.write(request));
    expect(await reasonOf(port, 'verified')).toBe('ERR_UNPROTECTED_CREDENTIAL');
    expect(await reasonOf(port, 'unverified')).toBe('ERR_UNPROTECTED_CREDENTIAL');
    const sent = Buffer.concat(received);
    expect(sent.includes(secret)).toBe(false);
    // Nothing but the two requests for TLS.
    expect(sent.length).toBe(16);
  });

  test('one that goes on as if TLS had been agreed learns nothing', async () => {
    const { port, received } = await fake((socket) =>
      socket.write(Buffer.concat([Buffer.from('S'), cleartext])),
    );
    expect(await reasonOf(port, 'verified')).toBe('ERR_NOT_POSTGRES');
    expect(Buffer.concat(received).length).toBe(8);
  });
});

describe('what the target allows is done', () => {
  test('a cleartext password where plaintext will do', async () => {
    const { port, received } = await fake(
      (socket) => socket.write(cleartext),
      (socket) => socket.end(),
    );
    expect(await reasonOf(port, 'plaintext')).toBe('ERR_CLOSED');
    expect(Buffer.concat(received).includes(secret)).toBe(true);
  });

  test('SCRAM never shows it, and its work is bounded', async () => {
    const endless = message('R', Buffer.concat([int32(11), Buffer.from('r=nonce,s=c2FsdA==,i=2000000000')]));
    const { port, received } = await fake(
      (socket) => socket.write(scram),
      (socket) => socket.write(endless),
    );
    expect(await reasonOf(port, 'plaintext')).toMatch(/^ERR_/);
    expect(Buffer.concat(received).includes(secret)).toBe(false);
  });
});

describe('garbage costs one Unseen', () => {
  const dataRow = (body: Buffer) =>
    Buffer.concat([
      message('T', Buffer.from('0000', 'hex')),
      message('D', body),
      message('Z', Buffer.from('I')),
    ]);

  test.each([
    [
      'an HTTP server',
      (socket: Socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
      'ERR_NOT_POSTGRES',
    ],
    ['one that closes', (socket: Socket) => socket.end(), 'ERR_CLOSED'],
    ['one that resets', (socket: Socket) => socket.resetAndDestroy(), 'ERR_RESET'],
  ])('%s', async (_, answer, code) => {
    const { port } = await fake(answer);
    expect(await reasonOf(port, 'verified')).toBe(code);
  });

  test('one that says nothing', async () => {
    const { port } = await fake(() => {});
    expect(await reasonOf(port, 'verified', 300)).toBe('ERR_TIMEOUT');
  });

  test('a row whose lengths do not fit', async () => {
    const lying = dataRow(Buffer.from('ffff7fffffff', 'hex'));
    const { port } = await fake(
      (socket) => socket.write(letIn),
      (socket) => socket.write(lying),
    );
    expect(await reasonOf(port, 'plaintext')).toBe('ERR_NOT_POSTGRES');
  });

  test('a message cut short in the middle of its fields', async () => {
    const short = message('R', Buffer.from('00', 'hex'));
    const { port } = await fake((socket) => socket.write(short));
    expect(await reasonOf(port, 'plaintext', 300)).toMatch(/^ERR_(NOT_POSTGRES|TIMEOUT)$/);
  });

  test('a flood', async () => {
    const notice = message(
      'N',
      Buffer.concat([Buffer.from('M'), Buffer.alloc(65_000, 'x'), Buffer.from([0, 0])]),
    );
    const flood = (socket: Socket): void => {
      while (socket.write(notice));
      socket.once('drain', () => flood(socket));
    };
    const { port } = await fake(flood);
    expect(await reasonOf(port, 'plaintext')).toBe('ERR_TOO_LARGE');
  });

  test('an error whose text quotes the password', async () => {
    const fields = `SFATAL\0C28P01\0Mwrong ${secret}\0\0`;
    const { port } = await fake((socket) => socket.end(message('E', Buffer.from(fields))));
    expect(await reasonOf(port, 'plaintext')).toBe('ERR_AUTHENTICATION');
  });

  test('nobody there', async () => {
    const { port } = await fake(() => {});
    server?.close();
    expect(await reasonOf(port, 'verified')).toBe('ERR_UNREACHABLE');
  });
});

test('a connection that is given up for want of a password is closed, whatever the server waits for', async () => {
  const { port } = await fake((socket) => socket.write(cleartext));
  const target = targetAt(
    { host: '127.0.0.1', port },
    { user: 'app', tls: 'plaintext', tlsGiven: true, password: { kind: 'env', name: 'NOBODY_SET_IT' } },
  );
  const record = await look(target, {}, ['postgres.server']);
  expect(unseen(record, 'postgres.server').reason.code).not.toBe('ERR_TIMEOUT');
  const [socket] = [...sockets].slice(-1);
  if (socket !== undefined && !socket.destroyed) await once(socket, 'close');
  expect(socket?.destroyed).toBe(true);
});
