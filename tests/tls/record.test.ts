import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FlightReader } from '../../src/tls/record.ts';
import { alert, record, serverHelloMessage } from './wire.ts';

const message = serverHelloMessage('TLSv1.2');
const certificate = Buffer.concat([Buffer.from([11, 0, 3, 0]), Buffer.alloc(768, 9)]);
const flight = Buffer.concat([message, certificate]);

function cut(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  let at = 0;
  for (let index = 0; at < bytes.length; index++) {
    const length = lengths[index % lengths.length] ?? 1;
    pieces.push(bytes.subarray(at, at + length));
    at += length;
  }
  return pieces;
}

function read(chunks: readonly Uint8Array[]): FlightReader {
  const reader = new FlightReader();
  for (const chunk of chunks) reader.push(chunk);
  return reader;
}

const lengths = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 8 });

describe('handshake messages', () => {
  test('are the same however records and packets cut them', () => {
    fc.assert(
      fc.property(lengths, lengths, (recordLengths, packetLengths) => {
        const wire = Buffer.concat(cut(flight, recordLengths).map((piece) => record(22, piece)));
        const reader = read(cut(wire, packetLengths));
        expect(reader.messages.map(({ type }) => type)).toEqual([2, 11]);
        expect(Buffer.from(reader.messages[0]!.body)).toEqual(message.subarray(4));
        expect(Buffer.from(reader.messages[1]!.body)).toEqual(certificate.subarray(4));
        expect(reader.partial).toBe(false);
        expect(reader.end).toBeUndefined();
      }),
    );
  });

  test('are read from records of one byte', () => {
    const wire = Buffer.concat(cut(flight, [1]).map((piece) => record(22, piece)));
    expect(read(cut(wire, [1])).messages).toHaveLength(2);
  });

  test('that say to be longer than any are refused before they come', () => {
    const reader = read([record(22, Buffer.from([11, 0xff, 0xff, 0xff]))]);
    expect(reader.end).toMatchObject({ kind: 'broken', foreign: false });
  });

  test('that are not whole are not handed out', () => {
    const reader = read([record(22, message.subarray(0, 20))]);
    expect(reader.messages).toEqual([]);
    expect(reader.partial).toBe(true);
  });
});

describe('alerts', () => {
  test('end the flight', () => {
    expect(read([alert('handshake_failure')]).end).toEqual({ kind: 'alert', name: 'handshake_failure' });
  });

  test('of warning level are noted and passed over', () => {
    const reader = read([alert('unrecognized_name', 1), record(22, message)]);
    expect(reader.warnings).toEqual(['unrecognized_name']);
    expect(reader.messages).toHaveLength(1);
    expect(reader.end).toBeUndefined();
  });

  test('are read in two records', () => {
    const reader = read([record(21, Buffer.from([2])), record(21, Buffer.from([70]))]);
    expect(reader.end).toEqual({ kind: 'alert', name: 'protocol_version' });
  });

  test.each([
    [3, 40],
    [2, 99],
  ])('of level %i and number %i are none', (level, number) => {
    expect(read([record(21, Buffer.from([level, number]))]).end).toMatchObject({ kind: 'broken' });
  });
});

describe('bytes that are no TLS', () => {
  test.each(['HTTP/1.1 400 Bad Request\r\n\r\n', 'SSH-2.0-OpenSSH\r\n', '\u0016\u0002'])('%j', (text) => {
    expect(read([Buffer.from(text, 'latin1')]).end).toMatchObject({ kind: 'broken', foreign: true });
  });

  test('after a record are told apart', () => {
    expect(read([record(22, message.subarray(0, 9)), Buffer.from('oops')]).end).toMatchObject({
      foreign: false,
    });
  });

  test('never make the reader throw, nor hand out more than came', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 20 }), (chunks) => {
        const total = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
        const handedOut = read(chunks).messages.reduce((sum, { body }) => sum + body.length, 0);
        expect(handedOut).toBeLessThanOrEqual(total);
      }),
    );
  });
});
