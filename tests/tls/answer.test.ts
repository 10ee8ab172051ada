import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Answer, judgedBytes, judgeReply, keepablePart, untilAnswered } from '../../src/tls/answer.ts';
import type { Reply } from '../../src/tls/exchange.ts';
import { fullHello, smallHello, ssl2Hello } from '../../src/tls/offers.ts';
import type { ProtocolVersion } from '../../src/tls/registry.ts';
import { alert, complete, ended, record, serverHello, serverHelloMessage, ssl2ServerHello } from './wire.ts';

const options = { serverName: 'host.example', random: (_: string, length: number) => Buffer.alloc(length) };
const versions: readonly ProtocolVersion[] = ['SSLv2', 'SSLv3', 'TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

function judge(version: ProtocolVersion, reply: Reply): Answer {
  return judgeReply(
    version,
    version === 'SSLv2'
      ? ssl2Hello(options, { label: 'test' })
      : fullHello(version, options, { label: 'test' }),
    reply,
  );
}

describe('accepted', () => {
  test.each(['SSLv3', 'TLSv1.0', 'TLSv1.1', 'TLSv1.2'] as const)('a ServerHello of %s', (version) => {
    expect(judge(version, complete(serverHello(version)))).toEqual({
      kind: 'accepted',
      suite: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
    });
  });

  test('a ServerHello of TLS 1.3, and a HelloRetryRequest', () => {
    const suite = 'TLS_AES_128_GCM_SHA256';
    expect(judge('TLSv1.3', complete(serverHello('TLSv1.3')))).toEqual({ kind: 'accepted', suite });
    const retry = serverHello('TLSv1.3', { retryGroup: 0x11ec });
    expect(judge('TLSv1.3', complete(retry))).toEqual({ kind: 'accepted', suite, retryGroup: 0x11ec });
  });

  test('an SSLv2 SERVER-HELLO with a cipher', () => {
    const suite = 'SSL_CK_DES_192_EDE3_CBC_WITH_MD5';
    expect(judge('SSLv2', complete(ssl2ServerHello([0x0700c0])))).toEqual({ kind: 'accepted', suite });
  });

  test('after an alert that only warns', () => {
    const wire = Buffer.concat([alert('unrecognized_name', 1), serverHello('TLSv1.2')]);
    expect(judge('TLSv1.2', complete(wire)).kind).toBe('accepted');
  });
});

describe('refused', () => {
  test.each(versions)('alert protocol_version to %s', (version) => {
    const answer = judge(version, complete(alert('protocol_version')));
    expect(answer).toMatchObject({ kind: 'refused', by: 'protocol_version' });
  });

  test('a lower version', () => {
    const answer = judge('TLSv1.3', complete(serverHello('TLSv1.2')));
    expect(answer).toMatchObject({ kind: 'refused', by: 'lower-version', how: 'answered with TLSv1.2' });
  });
});

test('another alert is neither, until it is confirmed', () => {
  expect(judge('TLSv1.0', complete(alert('handshake_failure')))).toEqual({
    kind: 'alert',
    name: 'handshake_failure',
  });
});

describe('no answer', () => {
  const wrongs: [string, ProtocolVersion, Reply, string][] = [
    ['a higher version', 'TLSv1.0', complete(serverHello('TLSv1.2')), 'indefinite'],
    ['a suite never offered', 'TLSv1.2', complete(serverHello('TLSv1.2', { suite: 0xeeee })), 'indefinite'],
    [
      'the renegotiation signal as suite',
      'TLSv1.2',
      complete(serverHello('TLSv1.2', { suite: 0x00ff })),
      'indefinite',
    ],
    [
      'a suite of TLS 1.3 in TLS 1.2',
      'TLSv1.2',
      complete(serverHello('TLSv1.2', { suite: 0x1301 })),
      'indefinite',
    ],
    [
      'a suite of TLS 1.2 in TLS 1.3',
      'TLSv1.3',
      complete(serverHello('TLSv1.3', { suite: 0xc02f })),
      'indefinite',
    ],
    ['a compression', 'TLSv1.2', complete(serverHello('TLSv1.2', { compression: 1 })), 'indefinite'],
    [
      'a retry for a group never offered',
      'TLSv1.3',
      complete(serverHello('TLSv1.3', { retryGroup: 0x7777 })),
      'indefinite',
    ],
    ['another handshake message', 'TLSv1.2', complete(record(22, Buffer.from([11, 0, 0, 0]))), 'indefinite'],
    [
      'a ServerHello cut short inside',
      'TLSv1.2',
      complete(record(22, Buffer.from([2, 0, 0, 3, 3, 3, 0]))),
      'indefinite',
    ],
    ['an alert about the name', 'TLSv1.0', complete(alert('unrecognized_name')), 'indefinite'],
    ['close_notify', 'TLSv1.0', complete(alert('close_notify')), 'indefinite'],
    ['SSLv2 without a cipher', 'SSLv2', complete(ssl2ServerHello([])), 'indefinite'],
    ['SSLv2 with ciphers never offered', 'SSLv2', complete(ssl2ServerHello([0x123456])), 'indefinite'],
    ['an SSLv2 error', 'SSLv2', complete(Buffer.from([0x80, 3, 0, 0, 1])), 'indefinite'],
    ['a warning and nothing more', 'TLSv1.0', ended('closed', alert('handshake_failure', 1)), 'closed'],
    ['half a record', 'TLSv1.0', ended('closed', serverHello('TLSv1.0').subarray(0, 30)), 'closed'],
    [
      'half a record and silence',
      'TLSv1.0',
      ended('timed-out', serverHello('TLSv1.0').subarray(0, 30)),
      'timed-out',
    ],
    [
      'empty records without end',
      'TLSv1.2',
      ended('too-long', Buffer.alloc(judgedBytes).fill(record(22, Buffer.alloc(0)))),
      'indefinite',
    ],
    ['HTTP', 'TLSv1.2', ended('closed', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')), 'not-tls'],
    ['HTTP to SSLv2', 'SSLv2', ended('closed', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')), 'not-tls'],
    ['a closed connection', 'TLSv1.1', ended('closed'), 'closed'],
    ['a reset', 'TLSv1.1', ended('reset'), 'reset'],
    ['silence', 'TLSv1.1', ended('timed-out'), 'timed-out'],
    ['no connection', 'TLSv1.1', ended('unreachable'), 'unreachable'],
  ];

  test.each(wrongs)('%s', (_, version, reply, silence) => {
    expect(judge(version, reply)).toMatchObject({ kind: 'none', silence, why: expect.stringMatching(/\w/) });
  });

  test('a suite that only the full hello offers, to the small one', () => {
    const reply = complete(serverHello('TLSv1.2', { suite: 0xc0b3 }));
    expect(judge('TLSv1.2', reply).kind).toBe('accepted');
    expect(judgeReply('TLSv1.2', smallHello('TLSv1.2', options, { label: 'test' }), reply).kind).toBe('none');
  });

  test('whatever random bytes come back', () => {
    const reply = fc.record({
      received: fc.uint8Array({ maxLength: 400 }),
      ended: fc.constantFrom<Reply['ended']>('complete', 'closed', 'reset', 'timed-out', 'too-long'),
    });
    fc.assert(
      fc.property(fc.constantFrom(...versions), reply, (version, each) => {
        expect(judge(version, each).kind).toBe('none');
      }),
      { numRuns: 1000 },
    );
  });
});

test('of a service that speaks something else, only what shows that is kept', () => {
  const banner = Buffer.from('HTTP/1.1 400 Bad Request\r\nX-Debug: password=hunter2\r\n');
  expect(Buffer.from(keepablePart('TLSv1.2', banner)).toString()).toBe('HTTP/');
  expect(Buffer.from(keepablePart('SSLv2', banner)).toString()).toBe('HTTP/');
  const refusal = alert('handshake_failure');
  expect(keepablePart('TLSv1.2', refusal)).toEqual(refusal);
  const ssl2 = ssl2ServerHello([0x010080]);
  expect(keepablePart('SSLv2', ssl2)).toEqual(ssl2);
});

describe('of what comes with an answer nothing is kept that is not judged', () => {
  const secret = Buffer.from('password=hunter2\r\n'.repeat(20));
  const done = record(22, Buffer.from([14, 0, 0, 0]));
  const together = (...parts: readonly Buffer[]): Buffer => Buffer.concat(parts);
  const hello = serverHello('TLSv1.2');

  test.each<[string, Buffer, Buffer]>([
    ['after an alert', together(alert('protocol_version'), secret), alert('protocol_version')],
    [
      'in the record of an alert',
      record(21, together(Buffer.from([2, 70]), secret)),
      alert('protocol_version'),
    ],
    ['after a ServerHello', together(hello, secret), hello],
    ['after a ServerHelloDone', together(hello, done, secret), together(hello, done)],
    [
      'in the record of a ServerHelloDone',
      together(hello, record(22, together(Buffer.from([14, 0, 0, 0]), secret))),
      together(hello, done),
    ],
    [
      'in a record with data',
      together(hello, record(23, secret)),
      together(hello, record(23, Buffer.alloc(0))),
    ],
    ['in a record that is cut off', record(22, secret).subarray(0, 40), record(22, secret).subarray(0, 5)],
    [
      'in a message that is cut off',
      together(hello, record(22, together(Buffer.from([11, 0, 9, 9]), secret))),
      together(hello, record(22, Buffer.alloc(0))),
    ],
  ])('%s', (_, received, kept) => {
    expect(Buffer.from(keepablePart('TLSv1.2', received)).toString('hex')).toBe(kept.toString('hex'));
  });

  test('after an SSLv2 answer', () => {
    const answer = ssl2ServerHello([0x010080]);
    expect(Buffer.from(keepablePart('SSLv2', together(answer, secret)))).toEqual(answer);
    const error = Buffer.from([0x80, 3, 0, 0, 1]);
    expect(Buffer.from(keepablePart('SSLv2', together(error, secret)))).toEqual(error);
  });
});

test('a damaged ServerHello is never taken for another answer than the one it spells', () => {
  const wire = serverHello('TLSv1.2');
  fc.assert(
    fc.property(fc.nat(wire.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const damaged = Buffer.from(wire);
      damaged.writeUInt8(damaged.readUInt8(at) ^ flip, at);
      const answer = judge('TLSv1.0', complete(damaged));
      expect(answer.kind === 'accepted' && damaged.readUInt16BE(9) !== 0x0301).toBe(false);
    }),
  );
});

describe('reading stops', () => {
  const stops = (version: ProtocolVersion, bytes: Buffer): boolean => {
    const until = untilAnswered(version);
    return Array.from(bytes, (byte) => until(Buffer.from([byte]))).at(-1) ?? false;
  };

  test.each(versions)('at an alert to %s, and not before', (version) => {
    expect(stops(version, alert('protocol_version'))).toBe(true);
    expect(stops(version, alert('protocol_version').subarray(0, 6))).toBe(false);
  });

  test('at a whole ServerHello', () => {
    const wire = Buffer.concat(
      [...serverHelloMessage('TLSv1.0')].map((byte) => record(22, Buffer.from([byte]))),
    );
    expect(stops('TLSv1.0', wire)).toBe(true);
    expect(stops('TLSv1.0', wire.subarray(0, wire.length - 1))).toBe(false);
    expect(stops('SSLv2', ssl2ServerHello([0x0700c0]))).toBe(true);
    expect(stops('SSLv2', ssl2ServerHello([0x0700c0]).subarray(0, 40))).toBe(false);
  });

  test('at bytes that are no TLS', () => {
    expect(stops('TLSv1.2', Buffer.from('H'))).toBe(true);
    expect(stops('SSLv2', Buffer.from('H'))).toBe(true);
  });

  test('at 16 KB', () => {
    const until = untilAnswered('TLSv1.2');
    const chunk = Buffer.alloc(5000).fill(record(22, Buffer.alloc(0)));
    expect([until(chunk), until(chunk), until(chunk), until(chunk)]).toEqual([false, false, false, true]);
  });
});
