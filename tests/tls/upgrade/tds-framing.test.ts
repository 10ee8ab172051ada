import { expect, test } from 'vitest';
import { framingOf } from '../../../src/tls/upgrade/framing.ts';

const packet = (payload: Buffer, type = 0x12): Buffer => {
  const length = payload.length + 8;
  return Buffer.concat([Buffer.from([type, 1, length >> 8, length & 255, 0, 0, 1, 0]), payload]);
};

test('wraps into packets of at most 4096 bytes', () => {
  const bytes = Buffer.alloc(5000, 7);
  const wrapped = framingOf('tds').wrap(bytes);
  expect(wrapped).toEqual(Buffer.concat([packet(bytes.subarray(0, 4088)), packet(bytes.subarray(4088))]));
});

test('unwraps packets, however they are cut, and what comes bare after them', () => {
  const bare = Buffer.from([0x17, 3, 3, 0, 4, 1, 2, 3, 4, 0x12, 0x04]);
  const wire = Buffer.concat([
    packet(Buffer.from('abc')),
    packet(Buffer.alloc(0)),
    packet(Buffer.from('de'), 4),
    bare,
  ]);
  const whole = Buffer.concat([Buffer.from('abcde'), bare]);
  for (let at = 0; at <= wire.length; at++) {
    const framing = framingOf('tds');
    const parts = [wire.subarray(0, at), wire.subarray(at)].map((chunk) => framing.unwrap(chunk));
    expect(Buffer.concat(parts)).toEqual(whole);
  }
  const framing = framingOf('tds');
  const single = Array.from(wire, (byte) => framing.unwrap(Buffer.from([byte])));
  expect(Buffer.concat(single)).toEqual(whole);
});

test('a packet shorter than its header is none', () => {
  const wire = Buffer.from([0x12, 1, 0, 7, 0, 0, 1, 0, 1]);
  expect(framingOf('tds').unwrap(wire)).toEqual(wire);
});

test('many packets in one chunk are no deep recursion', () => {
  const wire = Buffer.concat(Array.from({ length: 50_000 }, () => packet(Buffer.alloc(0))));
  expect(framingOf('tds').unwrap(wire)).toHaveLength(0);
});

test('other protocols carry TLS bare', () => {
  const bytes = Buffer.from([0x12, 1, 0, 9, 0, 0, 1, 0, 1]);
  for (const protocol of ['smtp', undefined] as const) {
    expect(framingOf(protocol).wrap(bytes)).toBe(bytes);
    expect(framingOf(protocol).unwrap(bytes)).toBe(bytes);
  }
});
