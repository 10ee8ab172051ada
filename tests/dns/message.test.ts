import { decode, encode } from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { replyOf } from '../../src/dns/lookup.ts';
import {
  answers,
  decodeFirstAnswer,
  decodeMessage,
  encodeQuery,
  upToFirstAnswer,
} from '../../src/dns/message.ts';
import { isAskable, isWithin, readName, upwards } from '../../src/dns/name.ts';
import { type Asked, answerTo, soa } from './server.ts';

const query = encodeQuery({ name: 'www.example.com', type: 'A', id: 4711, recursive: true, edns: true });
const asked = (bytes: Uint8Array): Asked => ({
  packet: decode(Buffer.from(bytes)),
  ...{ name: 'www.example.com', type: 'A', bytes: Buffer.from(bytes), transport: 'udp' },
});
const response = (shape: Parameters<typeof answerTo>[1] = {}): Buffer => answerTo(asked(query), shape);
const name = 'www.example.com';

describe('queries', () => {
  test('are what another implementation reads', () => {
    const packet = decode(Buffer.from(query));
    expect(packet).toMatchObject({ id: 4711, type: 'query', questions: [{ name, type: 'A', class: 'IN' }] });
    expect(packet).toMatchObject({ flag_rd: true, flag_ad: true, flag_tc: false });
    expect(packet.additionals).toMatchObject([{ type: 'OPT', udpPayloadSize: 1232 }]);
    const plain = decode(
      Buffer.from(encodeQuery({ name, type: 'CAA', id: 1, recursive: false, edns: false })),
    );
    expect(plain).toMatchObject({ flag_rd: false, questions: [{ type: 'CAA' }], additionals: [] });
  });
});

describe('what answers a query (RFC 5452)', () => {
  const changed = (at: number, octet: number): Buffer => {
    const bytes = Buffer.from(response());
    bytes[at] = octet;
    return bytes;
  };

  test('its id, its question in any case, a response', () => {
    expect(answers(response(), query)).toBe(true);
    expect(
      answers(Buffer.from(response().toString('latin1').replace('example', 'eXAMPLE'), 'latin1'), query),
    ).toBe(true);
  });

  test.each([
    ['another id', response({ id: 4712 })],
    ['a query', Buffer.from(query)],
    ['another opcode', changed(2, 0xa8)],
    ['another name', changed(14, 0x78)],
    ['another type', changed(response().length - 3, 28)],
    ['no question', changed(5, 0)],
    ['two questions', changed(5, 2)],
    ['half a header', response().subarray(0, 8)],
    ['nothing', Buffer.alloc(0)],
  ])('not %s', (_, bytes) => {
    expect(answers(bytes, query)).toBe(false);
  });

  test('an error may come without the question', () => {
    const bytes = Buffer.from(response({ rcode: 'NOTIMP' }).subarray(0, 12));
    bytes[5] = 0;
    expect(answers(bytes, query)).toBe(true);
  });
});

describe('records, as another implementation writes them', () => {
  const key = Buffer.alloc(32, 7);
  const message = decodeMessage(
    response({
      authentic: true,
      answers: [
        { name, type: 'A', data: '192.0.2.1' },
        { name, type: 'AAAA', data: '2001:db8::1' },
        { name: 'WWW.Example.com', type: 'CNAME', data: 'Target.Example.NET' },
        { name, type: 'MX', data: { preference: 10, exchange: 'mx.example.com' } },
        { name, type: 'TXT', data: ['v=spf1 ', '-all'] },
        { name, type: 'CAA', data: { flags: 128, tag: 'issue', value: 'ca.example' } },
        { name, type: 'TLSA', data: { usage: 3, selector: 1, matchingType: 1, certificate: key } },
        { name, type: 'SRV', data: { port: 1, target: 'a.example' } },
        soa('example.com'),
      ],
      authorities: [{ name: 'example.com', type: 'NS', data: 'ns1.example.com' }],
    }),
  );

  test('are read', () => {
    expect(message).toEqual({
      ...{ authoritative: false, truncated: false, authentic: true, rcode: 'NOERROR' },
      answers: [
        { name, type: 'A', address: '192.0.2.1' },
        { name, type: 'AAAA', address: '2001:db8::1' },
        { name, type: 'CNAME', target: 'target.example.net' },
        { name, type: 'MX', preference: 10, target: 'mx.example.com' },
        { name, type: 'TXT', text: 'v=spf1 -all' },
        { name, type: 'CAA', flags: 128, tag: 'issue', value: 'ca.example' },
        { name, type: 'TLSA', usage: 3, selector: 1, matching: 1, dataBytes: 32 },
        { name, type: 'other', number: 33 },
        { name: 'example.com', type: 'SOA' },
      ],
      authorities: [{ name: 'example.com', type: 'NS', target: 'ns1.example.com' }],
    });
  });

  test('the response code takes its upper bits from OPT', () => {
    const bytes = encode({
      ...{ type: 'response', id: 1, questions: [{ name, type: 'A' }] },
      additionals: [
        {
          name: '.',
          type: 'OPT',
          udpPayloadSize: 512,
          extendedRcode: 1,
          ednsVersion: 0,
          flags: 0,
          flag_do: false,
          options: [],
        },
      ],
    });
    expect(decodeMessage(bytes)?.rcode).toBe('RCODE16');
  });

  test('the first alone can be read of what is still coming', () => {
    const whole = response({
      answers: [soa('example.com'), ...Array.from({ length: 50 }, () => soa('a.example.com'))],
    });
    const cut = whole.subarray(0, 150);
    expect(decodeMessage(cut)).toBeUndefined();
    expect(decodeFirstAnswer(cut)).toMatchObject({ answers: [{ type: 'SOA', name: 'example.com' }] });
    expect(decodeFirstAnswer(whole.subarray(0, 40))).toBeUndefined();
    const kept = upToFirstAnswer(whole);
    expect(kept.length).toBeLessThan(150);
    expect(decodeFirstAnswer(kept)?.answers).toHaveLength(1);
    expect(decodeFirstAnswer(response({ rcode: 'REFUSED' }))).toMatchObject({
      rcode: 'REFUSED',
      answers: [],
    });
  });
});

describe('replies', () => {
  const question = { name, type: 'A' } as const;
  const reply = (shape: Parameters<typeof answerTo>[1]) => {
    const message = decodeMessage(response(shape));
    if (message === undefined) throw new Error('expected a message');
    return replyOf(message, question);
  };

  test('aliases are followed in any order, and other names count for nothing', () => {
    const answers = [
      { name: 'c.example', type: 'A', data: '192.0.2.1' },
      { name: 'evil.example', type: 'A', data: '192.0.2.66' },
      { name: 'b.example', type: 'CNAME', data: 'c.example' },
      { name, type: 'CNAME', data: 'b.example' },
    ] as const;
    expect(reply({ answers })).toEqual({
      ...{ kind: 'records', owner: 'c.example', aliases: ['b.example', 'c.example'], authentic: false },
      records: [{ name: 'c.example', type: 'A', address: '192.0.2.1' }],
    });
  });

  test('a circle of aliases is no answer', () => {
    const answers = [
      { name, type: 'CNAME', data: 'b.example' },
      { name: 'b.example', type: 'CNAME', data: name },
    ] as const;
    expect(reply({ answers })).toMatchObject({ kind: 'none', code: 'ERR_DNS_ALIASES' });
  });

  test('no such name, no such record, and what says nothing', () => {
    expect(reply({ rcode: 'NXDOMAIN' })).toMatchObject({ kind: 'nxdomain', owner: name });
    expect(reply({})).toMatchObject({ kind: 'nodata', owner: name });
    expect(reply({ rcode: 'SERVFAIL' })).toMatchObject({ kind: 'none', code: 'ERR_DNS_SERVFAIL' });
    expect(reply({ rcode: 'REFUSED' })).toMatchObject({ kind: 'none', code: 'ERR_DNS_REFUSED' });
    expect(reply({ answers: [{ name, type: 'CNAME', data: 'b.example' }] })).toMatchObject({
      kind: 'onward',
      target: 'b.example',
    });
  });
});

describe('names', () => {
  test('dots, backslashes and octets that are not printable are escaped inside labels', () => {
    const bytes = Buffer.from([3, 0x61, 0x2e, 0x5c, 2, 0x41, 0, 1, 0x42, 0]);
    expect(readName(bytes, 0)).toEqual({ name: 'a\\.\\\\.a\\000.b', next: 10 });
  });

  test('a pointer back, to labels that run on into what comes after the name', () => {
    // At 3 a pointer to 0, where a label of four octets begins that ends behind the pointer.
    const bytes = Buffer.from([4, 0x61, 0x62, 0xc0, 0, 0]);
    expect(readName(bytes, 3)).toBeUndefined();
    expect(readName(Buffer.from([1, 0x61, 0, 0xc0, 0]), 3)).toEqual({ name: 'a', next: 5 });
  });

  test('pointers forward, to themselves or in circles, labels beyond the end, names too long', () => {
    const long = Buffer.concat([
      ...Array.from({ length: 5 }, () => Buffer.concat([Buffer.from([63]), Buffer.alloc(63, 97)])),
      Buffer.from([0]),
    ]);
    for (const bytes of [
      [0xc0, 0],
      [0xc0, 2, 0],
      [1, 97, 0xc0, 0],
      [5, 97],
      [0x40, 1],
      [0x80, 0],
      [0xc0],
      [],
      [1, 97],
    ])
      expect(readName(Buffer.from(bytes), 0)).toBeUndefined();
    expect(readName(long, 0)).toBeUndefined();
  });

  test('a message of pointers alone is read, or refused, in no time', () => {
    const bomb = Buffer.alloc(65_535);
    bomb.writeUInt16BE(0x8000, 2);
    bomb.writeUInt16BE(1000, 6);
    for (let at = 14; at < 16_000; at += 2) bomb.writeUInt16BE(0xc000 | (at - 2), at);
    for (let at = 16_000; at + 14 < bomb.length; at += 14) {
      bomb.writeUInt16BE(0xc000 | 15_998, at);
      bomb.writeUInt16BE(2, at + 2);
      bomb.writeUInt16BE(1, at + 4);
      bomb.writeUInt16BE(2, at + 10);
      bomb.writeUInt16BE(0xc000 | 15_998, at + 12);
    }
    const started = performance.now();
    expect(decodeMessage(bomb)).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(500);
  });

  test('the way up, and what can be asked', () => {
    expect(upwards('a.b.c')).toEqual(['a.b.c', 'b.c', 'c']);
    expect([isWithin('a.b', 'b'), isWithin('b', 'b'), isWithin('ab', 'b')]).toEqual([true, true, false]);
    const names = [
      '_a.b',
      `${'a'.repeat(63)}.b`,
      '',
      'a..b',
      `${'a'.repeat(64)}.b`,
      'a\\.b.c',
      'a b',
      `${'a.'.repeat(127)}b`,
    ];
    expect(names.map(isAskable)).toEqual([true, true, false, false, false, false, false, false]);
  });
});

describe('what is no message', () => {
  test('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        for (const read of [decodeMessage, decodeFirstAnswer, upToFirstAnswer]) read(bytes);
        answers(bytes, query);
      }),
    );
  });

  test('nor does a good one with some octets changed, or cut short', () => {
    const good = response({
      answers: [
        soa(name),
        { name, type: 'TXT', data: 'x' },
        { name, type: 'CAA', data: { flags: 0, tag: 'issue', value: 'a' } },
      ],
    });
    const change = fc.tuple(fc.nat(good.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 4 }), fc.nat(good.length), (changes, length) => {
        const bytes = Buffer.from(good);
        for (const [at, octet] of changes) bytes[at] = octet;
        const message = decodeMessage(bytes.subarray(0, length));
        if (message !== undefined) expect(replyOf(message, { name, type: 'A' }).kind).toBeTruthy();
      }),
      { numRuns: 2000 },
    );
  });

  test('more records than any answer of ours has', () => {
    const bytes = Buffer.from(response());
    bytes.writeUInt16BE(2000, 6);
    expect(decodeMessage(bytes)).toBeUndefined();
  });
});
