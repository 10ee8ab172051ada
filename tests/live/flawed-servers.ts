import { constants, privateDecrypt } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { record } from '../tls/wire.ts';
import { issueLeaf, party } from '../x509/authority.ts';

/** How a server that has a flaw, or has it repaired, reacts to what follows its first flight. */
export type React = (records: readonly { type: number; body: Buffer }[], socket: Socket) => void;

const self = party('host.test', 'rsa');
const certificate = Buffer.from(issueLeaf(self, self));
const uint24 = (value: number): number[] => [value >> 16, (value >> 8) & 255, value & 255];
const message = (type: number, body: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([type, ...uint24(body.length)]), body]);

/** ServerHello of TLS 1.2 with TLS_RSA_WITH_AES_128_CBC_SHA, certificate, done. */
export function firstFlight(heartbeats: boolean): Buffer {
  const extensions = heartbeats ? [0, 5, 0, 15, 0, 1, 1] : [];
  const hello = Buffer.concat([
    Buffer.from([3, 3]),
    Buffer.alloc(32, 9),
    Buffer.from([0, 0x00, 0x2f, 0, ...extensions]),
  ]);
  const list = Buffer.concat([Buffer.from(uint24(certificate.length)), certificate]);
  const chain = Buffer.concat([Buffer.from(uint24(list.length)), list]);
  return record(22, Buffer.concat([message(2, hello), message(11, chain), message(14, Buffer.alloc(0))]));
}

const alertRecord = (description: number): Buffer => record(21, Buffer.from([2, description]));

/** Speaks TLS 1.2 up to its first flight; refuses other versions by alert. */
export function flawedServer(react: React, heartbeats = true): (socket: Socket) => void {
  return (socket) => {
    let seen = Buffer.alloc(0);
    let opened = false;
    let isDone = false;
    socket.on('data', (chunk: Buffer) => {
      seen = Buffer.concat([seen, chunk]);
      const records = recordsIn(seen);
      if (!opened && (seen[0] !== 22 || records.length > 0)) {
        opened = true;
        if (!isTls12(seen)) return void socket.end(alertRecord(70));
        seen = Buffer.alloc(0);
        return void socket.write(firstFlight(heartbeats));
      }
      if (opened && (records.length >= 2 || records[0]?.type === 20) && !isDone) {
        isDone = true;
        react(records, socket);
      }
    });
  };
}

/** A hello of TLS 1.2 that does not ask for 1.3. */
function isTls12(hello: Buffer): boolean {
  return (
    hello[0] === 22 &&
    hello.readUInt16BE(9) === 0x0303 &&
    !hello.includes(Buffer.from([0, 43, 0, 3, 2, 3, 4]))
  );
}

function recordsIn(bytes: Buffer): { type: number; body: Buffer }[] {
  const records: { type: number; body: Buffer }[] = [];
  for (let at = 0; at + 5 <= bytes.length; ) {
    const end = at + 5 + bytes.readUInt16BE(at + 3);
    if (end > bytes.length) break;
    records.push({ type: bytes[at] ?? 0, body: bytes.subarray(at + 5, end) });
    at = end;
  }
  return records;
}

/** Answers a heartbeat with as many bytes as it says it has, out of the server's memory. */
export const bleeding: React = ([first], socket) => {
  if (first?.type !== 24) return void socket.end();
  const memory = Buffer.from('the private key of this server, as the test has it');
  socket.write(
    record(24, Buffer.concat([Buffer.from([2, 0, 17]), memory.subarray(0, 17), Buffer.alloc(16)])),
  );
};

/** RFC 6520 §4: what is shorter than it says is discarded; what follows is out of place. */
export const passingOver: React = (_, socket) => void socket.end(alertRecord(10));

/** Takes an early ChangeCipherSpec, and cannot decrypt what follows. */
export const takingEarlyCcs: React = ([first], socket) =>
  void socket.end(alertRecord(first?.type === 20 ? 20 : 10));

/** The same, but its alert is never out before the connection ends. */
export const takingEarlyCcsInSilence: React = (records, socket) => {
  if (records.length > 1) socket.end();
};

/** Tells by its alert whether the padding was right, as `tell` maps what it decrypted. */
export function oracle(tell: (rightlyPadded: boolean) => number | 'close' | 'waits'): React {
  return ([exchange], socket) => {
    if (exchange === undefined || exchange.type !== 22 || exchange.body[0] !== 16)
      return void socket.end(alertRecord(10));
    const encrypted = exchange.body.subarray(6);
    const block = privateDecrypt({ key: self.privateKey, padding: constants.RSA_NO_PADDING }, encrypted);
    const end = block.indexOf(0, 2);
    const isRight = block.readUInt16BE(0) === 2 && block.length - end - 1 === 48;
    const answer = tell(isRight);
    if (answer === 'waits') return;
    if (answer === 'close') socket.end();
    else socket.end(alertRecord(answer));
  };
}

/** Where a session id's length stands in a hello of either side. */
const idAt = 5 + 4 + 2 + 32;

/**
 * Stands before an honest server, and gives back another session id than it does to a client that sent one of less than
 * 32 bytes: as a server does that counts on 32.
 */
export function echoing(port: number, echo: (id: Buffer) => Buffer): (socket: Socket) => void {
  return (socket) => {
    const honest = connect(port, '127.0.0.1');
    let id: Buffer | undefined;
    let answered = false;
    honest.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      id ??= chunk.subarray(idAt + 1, idAt + 1 + (chunk[idAt] ?? 0));
      honest.write(chunk);
    });
    honest.on('data', (chunk: Buffer) => {
      const short = id !== undefined && id.length > 0 && id.length < 32 && !answered;
      answered = true;
      socket.write(short ? withId(chunk, echo(id ?? Buffer.alloc(0))) : chunk);
    });
    socket.once('close', () => honest.destroy());
    honest.once('close', () => socket.end());
  };
}

/** A ServerHello at the front of what a server sends, with another session id. */
function withId(bytes: Buffer, id: Buffer): Buffer {
  const before = bytes[idAt] ?? 0;
  const front = Buffer.from(bytes.subarray(0, idAt + 1));
  front.writeUInt16BE(front.readUInt16BE(3) + id.length - before, 3);
  front.writeUIntBE(front.readUIntBE(6, 3) + id.length - before, 6, 3);
  front.writeUInt8(id.length, idAt);
  return Buffer.concat([front, id, bytes.subarray(idAt + 1 + before)]);
}

/** Whether the server takes a hello, by whether it offers nothing but RSA key transport; else its alert. */
export type Decide = (offersTransportAlone: boolean) => 'takes' | number;

/** Speaks TLS 1.2 up to its first flight, or refuses as it decides; then lets `react` see what came of one record or more. */
export function decidingServer(decide: Decide, react: React = () => undefined): (socket: Socket) => void {
  return (socket) => {
    socket.once('data', (hello: Buffer) => {
      if (hello[0] !== 22 || !isTls12(hello)) return void socket.end(alertRecord(70));
      const decided = decide(!hello.includes(Buffer.from([0xc0, 0x2f])));
      if (decided !== 'takes') return void socket.end(alertRecord(decided));
      socket.once('data', (chunk: Buffer) => react(recordsIn(chunk), socket));
      socket.write(firstFlight(true));
    });
  };
}

/** Tells by its alert what is wrong with a secret that comes alone; says the same to all that comes with more. */
export const oracleOfTheSecretAlone: React = (records, socket) => {
  if (records.length > 1) return void socket.end(alertRecord(20));
  oracle((isRight) => (isRight ? 'waits' : 47))(records, socket);
};
