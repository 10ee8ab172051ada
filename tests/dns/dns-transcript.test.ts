import { describe, expect, test } from 'vitest';
import { parseDnsTranscript, replayLookup } from '../../src/dns/dns-transcript.ts';
import { ask } from '../../src/dns/lookup.ts';
import { encodeQuery } from '../../src/dns/message.ts';
import { derivations } from '../../src/dns/rederive.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const query = encodeQuery({ name: 'pay.test', type: 'A', id: 7, recursive: true, edns: true });
/** The question again, with QR set and NXDOMAIN, and nothing else. */
const nobody = Uint8Array.from(query);
nobody.set([0x81, 0x83], 2);

const message = {
  ...{ request: 'pay.test A', server: '192.0.2.53:53', transport: 'udp' },
  ...{ sent: hex(query), received: hex(nobody), ended: 'answered' },
};
const whole = {
  zone: 'pay.test',
  declared: { names: [], selectors: [] },
  resolvers: ['192.0.2.53:53'],
  messages: [message],
  unanswered: {},
};

const again = (file: object) => replayLookup(ask('pay.test', 'A'), parseDnsTranscript(JSON.stringify(file)));
const refused = expect.objectContaining({ code: 'ERR_DNS_REPLAY' });

describe('a question asked again of what was recorded', () => {
  test('has the recorded answer', () => {
    expect(again(whole)).toMatchObject({ kind: 'nxdomain', owner: 'pay.test' });
  });

  test('that was not answered has the recorded reason', () => {
    const unanswered = { 'pay.test A': { code: 'ERR_TIMEOUT', why: 'not asked' } };
    expect(again({ ...whole, messages: [], unanswered })).toEqual({
      ...{ kind: 'none', code: 'ERR_TIMEOUT', why: 'not asked' },
    });
  });

  test.each<[string, object]>([
    ['without answer or reason', { messages: [] }],
    ['of another server', { messages: [{ ...message, server: '192.0.2.54:53' }] }],
    ['on another way', { messages: [{ ...message, transport: 'tcp' }] }],
    [
      'in other words',
      { messages: [{ ...message, sent: hex(query.map((byte, at) => (at === 14 ? 0x62 : byte))) }] },
    ],
    ['answered with another id', { messages: [{ ...message, received: `ffff${hex(nobody).slice(4)}` }] }],
    ['asked once more after its answer', { messages: [message, message] }],
  ])('%s is refused', (_, change) => {
    expect(() => again({ ...whole, ...change })).toThrow(refused);
  });
});

test.each<[string, string]>([
  ['nothing', ''],
  ['a list', '[]'],
  ['no zone', '{}'],
  ['an end that is none', JSON.stringify({ ...whole, messages: [{ ...message, ended: 'well' }] })],
  ['bytes that are none', JSON.stringify({ ...whole, messages: [{ ...message, received: 'xy' }] })],
  ['names that are none', JSON.stringify({ ...whole, declared: { names: [1], selectors: [] } })],
  ['a reason that is none', JSON.stringify({ ...whole, unanswered: { 'pay.test A': {} } })],
])('%s is no transcript', (_, text) => {
  expect(() => parseDnsTranscript(text)).toThrow(refused);
});

test('from a transcript of nothing no fact follows', () => {
  const empty = parseDnsTranscript(JSON.stringify({ ...whole, messages: [] }));
  const names = Object.keys(derivations).filter((fact) => fact !== 'dns.selectors');
  for (const name of names) expect(() => derivations[name]?.(empty), name).toThrow(refused);
});
