import { connect, type Socket } from 'node:net';
import { protocolVersions } from '../../src/tls/registry.ts';
import { record, serverHello, serverHelloMessage } from '../tls/wire.ts';

/** What a server does with each connection. */
export type Serve = (socket: Socket) => void;

/** Answers the first bytes of a connection. */
const answering =
  (answer: (hello: Buffer, socket: Socket) => void): Serve =>
  (socket) =>
    socket.once('data', (hello) => answer(hello, socket));

/** Writes as fast as the peer reads, without end. */
function flood(socket: Socket, bytes: Buffer): void {
  const more = (): void => {
    while (!socket.destroyed && socket.write(bytes));
  };
  socket.on('drain', more);
  more();
}

function dripping(socket: Socket, bytes: Buffer, everyMs: number): void {
  let at = 0;
  const timer = setInterval(() => {
    socket.write(bytes.subarray(at, at + 1));
    at = (at + 1) % bytes.length;
  }, everyMs);
  socket.once('close', () => clearInterval(timer));
}

const message = (type: number, body: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([type, body.length >> 16, (body.length >> 8) & 255, body.length & 255]), body]);
const inRecords = (bytes: Buffer): Buffer => {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 16_000) pieces.push(record(22, bytes.subarray(at, at + 16_000)));
  return Buffer.concat(pieces);
};
const uint24 = (value: number): Buffer => Buffer.from([value >> 16, (value >> 8) & 255, value & 255]);
const alertRecord = (level: number, description: number): Buffer =>
  record(21, Buffer.from([level, description]));
const hello12 = serverHello('TLSv1.2');

/** Says nothing, and keeps the connection. */
export const silence: Serve = () => undefined;
export const resetting: Serve = (socket) => void socket.resetAndDestroy();
export const closing: Serve = (socket) => void socket.end();
export const http: Serve = answering((_, socket) =>
  socket.end('HTTP/1.1 400 Bad Request\r\nServer: secret-banner\r\n\r\n'),
);
export const garbage: Serve = (socket) => flood(socket, Buffer.alloc(60_000, 0xa5));
/** A ServerHello, byte after byte, so slowly that it never is whole. */
export const drip: Serve = (socket) => dripping(socket, hello12, 60);
/** Takes the connection and never reads; a byte of a record now and then keeps hope alive. */
export const tarpit: Serve = (socket) => {
  socket.pause();
  dripping(socket, Buffer.from([22, 3, 3, 0x40, 0, 0]), 150);
};
/** A certificate of 16 MB, sent whole. */
export const hugeCertificate: Serve = answering((_, socket) => {
  const head = Buffer.concat([Buffer.from([11]), uint24(0xfffffe), uint24(0xfffffb), uint24(0xfffff8)]);
  socket.write(Buffer.concat([hello12, record(22, head)]));
  flood(socket, record(22, Buffer.alloc(16_000, 0x30)));
});
/** A thousand certificates, each short, in one message of the right length. */
export const longChain = (der: Uint8Array): Serve =>
  answering((_, socket) => {
    const entries = Buffer.concat(Array(1000).fill(Buffer.concat([uint24(der.length), der])));
    socket.write(
      Buffer.concat([hello12, inRecords(message(11, Buffer.concat([uint24(entries.length), entries])))]),
    );
    socket.end(record(22, message(14, Buffer.alloc(0))));
  });
/** A thousand certificates of one byte: short enough to be read. */
export const longChainOfNothing: Serve = answering((_, socket) => {
  const entries = Buffer.concat(Array(1000).fill(Buffer.from([0, 0, 1, 0x30])));
  socket.end(
    Buffer.concat([
      hello12,
      inRecords(message(11, Buffer.concat([uint24(entries.length), entries]))),
      record(22, message(14, Buffer.alloc(0))),
    ]),
  );
});
/** HelloRetryRequest to every hello, on the same connection too. */
export const retryLoop: Serve = (socket) =>
  socket.on('data', () => socket.write(serverHello('TLSv1.3', { retryGroup: 0x0017 })));
/** A version that nobody offered. */
export const strangeVersion: Serve = answering((_, socket) => {
  const hello = serverHelloMessage('TLSv1.2');
  hello.writeUInt16BE(0x0399, 4);
  socket.end(record(22, hello));
});
/** A suite that nobody offered. */
export const strangeSuite: Serve = answering((_, socket) =>
  socket.end(serverHello('TLSv1.2', { suite: 0xeeee })),
);
/** A flight in which one length after another is wrong, another in each connection. */
export const wrongLengths = (): Serve => {
  const flight = Buffer.concat([
    hello12,
    record(22, message(11, Buffer.from([0, 0, 0]))),
    record(22, message(14, Buffer.alloc(0))),
  ]);
  let connection = 0;
  return answering((_, socket) => {
    const wrong = Buffer.from(flight);
    const places = [3, 4, 6, 7, 8, 43, hello12.length + 3, hello12.length + 6, hello12.length + 11];
    wrong[places[connection++ % places.length] ?? 3]! ^= 0x41;
    socket.end(wrong);
  });
};
/** Warnings without end. */
export const endlessWarnings: Serve = (socket) =>
  flood(socket, Buffer.concat(Array(2000).fill(alertRecord(1, 112))));
/** `unexpected_message` to whatever comes. */
export const unexpectedMessage: Serve = answering((_, socket) => socket.end(alertRecord(2, 10)));
/** Empty records without end. */
export const emptyRecords: Serve = (socket) =>
  flood(socket, Buffer.alloc(50_000).fill(record(22, Buffer.alloc(0))));
/** A suite of pre-shared keys, with a hint that says whose. */
export const pskHint: Serve = answering((_, socket) => {
  const hint = Buffer.from('a hint');
  const exchange = message(12, Buffer.concat([Buffer.from([0, hint.length]), hint]));
  socket.write(Buffer.concat([serverHello('TLSv1.2', { suite: 0x00ae }), record(22, exchange)]));
  socket.write(record(22, message(14, Buffer.alloc(0))));
});

/** Passes everything on to a real server, and cuts what it says in the clear into records and packets of one byte. */
export const oneByteRecords =
  (port: number): Serve =>
  (socket) => {
    const server = connect(port, '127.0.0.1');
    const rest = { bytes: Buffer.alloc(0), sealed: false };
    socket.on('data', (chunk) => server.write(chunk));
    server.on('data', (chunk: Buffer) => {
      rest.bytes = Buffer.concat([rest.bytes, chunk]);
      for (const piece of wholeRecords(rest)) socket.write(piece);
    });
    // Ended, never destroyed, as long as something may still be on its way.
    for (const event of ['error', 'end', 'close'] as const) {
      server.on(event, () => socket.end());
      socket.on(event, () => server.end());
    }
  };

function* wholeRecords(rest: { bytes: Buffer; sealed: boolean }): Generator<Buffer> {
  while (rest.bytes.length >= 5 && rest.bytes.length >= 5 + rest.bytes.readUInt16BE(3)) {
    const end = 5 + rest.bytes.readUInt16BE(3);
    const whole = rest.bytes.subarray(0, end);
    rest.bytes = rest.bytes.subarray(end);
    // After ChangeCipherSpec a record of a handshake is sealed as it is.
    rest.sealed ||= whole[0] === 20;
    if (whole[0] !== 22 || rest.sealed) yield whole;
    else
      for (const byte of whole.subarray(5))
        yield record(22, Buffer.from([byte]), protocolVersions['TLSv1.2']);
  }
}
