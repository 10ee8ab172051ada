import type { Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { AssayError } from '../../src/model/index.ts';
import type { DialogueEvidence } from '../../src/tls/recorded-dialogue.ts';
import { fakeServer, type Listening, lookAt } from '../tls/look.ts';
import { alert, readHello, record, serverHello, serverHelloMessage } from '../tls/wire.ts';

const timeoutMs = 400;
const servers: Listening[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function fake(serve: (socket: Socket) => void): Promise<number> {
  const server = await fakeServer(serve);
  servers.push(server);
  return server.port;
}

/** Answers the first bytes of each connection. */
const answering = (answer: (hello: Buffer, socket: Socket) => void) => (socket: Socket) =>
  socket.once('data', (hello) => answer(hello, socket));

async function failure(port: number): Promise<AssayError> {
  const outcome = await lookAt(port, { timeoutMs }).catch((error: unknown) => error);
  if (outcome instanceof AssayError) return outcome;
  throw new Error(`expected an AssayError, got ${JSON.stringify(outcome)}`);
}

/** Writes as fast as the peer reads, without end. */
function flood(socket: Socket, bytes: Buffer): void {
  const more = (): void => {
    while (!socket.destroyed && socket.write(bytes));
  };
  socket.on('drain', more);
  more();
}

describe('a server that gives no definite answer is one unseen fact', () => {
  const cases: [string, string, (socket: Socket) => void][] = [
    ['says nothing', 'ERR_TIMEOUT', () => undefined],
    ['resets on connect', 'ERR_RESET', (socket) => void socket.resetAndDestroy()],
    ['resets on the hello', 'ERR_RESET', answering((_, socket) => void socket.resetAndDestroy())],
    ['closes on connect', 'ERR_CLOSED', (socket) => void socket.end()],
    ['closes on the hello', 'ERR_CLOSED', answering((_, socket) => void socket.end())],
    [
      'speaks HTTP',
      'ERR_NOT_TLS',
      answering((_, socket) => void socket.end('HTTP/1.1 400 secret-banner\r\n\r\n')),
    ],
    ['speaks first, as SSH', 'ERR_NOT_TLS', (socket) => void socket.write('SSH-2.0-secret-banner\r\n')],
    ['sends garbage', 'ERR_NOT_TLS', answering((_, socket) => void socket.end(Buffer.alloc(500, 0xa5)))],
    ['sends garbage without end', 'ERR_NOT_TLS', (socket) => flood(socket, Buffer.alloc(60_000, 0xa5))],

    [
      'drips a ServerHello too slowly',
      'ERR_TIMEOUT',
      (socket) => {
        const wire = serverHello('TLSv1.2');
        let at = 0;
        const timer = setInterval(() => socket.write(wire.subarray(at, ++at)), 50);
        socket.once('close', () => clearInterval(timer));
      },
    ],
    [
      'sends half a record',
      'ERR_CLOSED',
      (socket) => void socket.end(serverHello('TLSv1.2').subarray(0, 40)),
    ],
    [
      'floods with empty records',
      'ERR_NO_DEFINITE_ANSWER',
      (socket) => flood(socket, Buffer.alloc(50_000).fill(record(22, Buffer.alloc(0)))),
    ],
    [
      'announces a huge message',
      'ERR_NO_DEFINITE_ANSWER',
      (socket) => flood(socket, record(22, Buffer.alloc(16_000, 0xff))),
    ],
    [
      'chooses a suite never offered',
      'ERR_NO_DEFINITE_ANSWER',
      answering((hello, socket) => {
        const { version } = readHello(hello);
        socket.end(version === 'SSLv2' ? '' : serverHello(version, { suite: 0xeeee }));
      }),
    ],
    [
      'answers always with a version never offered',
      'ERR_NO_DEFINITE_ANSWER',
      answering((_, socket) => {
        const message = serverHelloMessage('TLSv1.2');
        message.writeUInt16BE(0x7f1c, 4);
        socket.end(record(22, message));
      }),
    ],
    [
      'says handshake_failure to all',
      'ERR_NO_DEFINITE_ANSWER',
      answering((_, socket) => void socket.end(alert('handshake_failure'))),
    ],
    [
      'asks to retry without end',
      'ERR_NO_DEFINITE_ANSWER',
      answering((_, socket) => void socket.end(serverHello('TLSv1.3', { retryGroup: 0x001d }))),
    ],
  ];

  test.each(cases)('%s', async (_, code, serve) => {
    const error = await failure(await fake(serve));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/^expected .+, got /);
    expect(error.message).not.toContain('secret-banner');
    expect(error.remedy).toMatch(/\w/);
    const [evidence] = error.evidence;
    const { connections } = JSON.parse(Buffer.from(evidence!.bytes).toString());
    expect(connections.length).toBeGreaterThanOrEqual(4);
    for (const { steps } of connections as DialogueEvidence[]) {
      const [{ received }] = steps as [DialogueEvidence['steps'][0]];
      expect(received.length).toBeLessThanOrEqual(2 * 16 * 1024);
      expect(Buffer.from(received, 'hex').toString('latin1')).not.toContain('secret-banner');
    }
  });

  test('is not there', async () => {
    const server = await fakeServer(() => undefined);
    await server.stop();
    expect((await failure(server.port)).code).toBe('ERR_UNREACHABLE');
  });
});

test('records of one byte are an answer like any other', async () => {
  const port = await fake(
    answering((hello, socket) => {
      const { version } = readHello(hello);
      if (version === 'SSLv2') return socket.end(alert('protocol_version'));
      const whole = version === 'TLSv1.2' ? serverHelloMessage(version) : undefined;
      const pieces =
        whole === undefined
          ? [alert('protocol_version')]
          : [...whole].map((byte) => record(22, Buffer.from([byte])));
      for (const piece of pieces) socket.write(piece);
      return socket.end();
    }),
  );
  expect((await lookAt(port, { timeoutMs })).value).toMatchObject({
    'TLSv1.2': 'accepted',
    'TLSv1.0': 'refused',
  });
});

test.each([
  ['dropped without an alert between hellos that are accepted are refused', true],
  ['left without an answer have no key, and are said to be missing', false],
])('versions %s', async (_, dropped) => {
  const port = await fake(
    answering((hello, socket) => {
      const { version } = readHello(hello);
      if (version === 'TLSv1.2') socket.end(serverHello('TLSv1.2'));
      else if (dropped) socket.end();
    }),
  );
  const look = await lookAt(port, { timeoutMs });
  const returned = dropped ? 6 : 1;
  expect(look.value['TLSv1.0']).toBe(dropped ? 'refused' : undefined);
  expect(look.completeness[0]).toMatchObject({ returned, total: 6 });
  const silent = { what: 'TLSv1.0', why: 'no answer in time' };
  expect(look.completeness[0]?.missing.slice(0, 6)).toEqual(dropped ? [] : expect.arrayContaining([silent]));
});

test('a scan that is stopped stops at once', async () => {
  const controller = new AbortController();
  const port = await fake(() => controller.abort());
  const stopped = lookAt(port, { timeoutMs: 60_000, signal: controller.signal });
  await expect(stopped).rejects.toMatchObject({ code: 'ERR_INTERRUPTED' });
});
