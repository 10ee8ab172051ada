import { describe, expect, test } from 'vitest';
import { connectByHttp } from '../../../src/tls/upgrade/http-connect.ts';
import type { Passage } from '../../../src/tls/upgrade/proxy.ts';
import { connectBySocks5 } from '../../../src/tls/upgrade/socks5.ts';
import { at, everyByte, type Played, play } from './play.ts';
import { exactly } from './scripts.ts';

const v4 = { address: '192.0.2.7', port: 443 };
const v6 = { address: '2001:db8::7', port: 8443 };
const login = { user: 'ada', password: 'l:ve' };

function summary({ standing, astray, conversation }: Played<Passage>): unknown {
  const result = standing.kind === 'done' ? standing.result : standing.kind;
  return { result, astray, rest: Buffer.from(conversation.rest).toString('latin1') };
}

describe('HTTP CONNECT', () => {
  const answered = (answer: string, heard: RegExp = /^CONNECT /) => ({
    greeting: '',
    answers: [[heard, answer]] as const,
  });
  const open = 'HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n';

  test('asks for the address and leaves what comes after', () => {
    const heard = /^CONNECT 192\.0\.2\.7:443 HTTP\/1\.1\r\nHost: 192\.0\.2\.7:443\r\n\r\n$/;
    expect(summary(play(connectByHttp(v4, undefined), answered(`${open}220 x\r\n`, heard)))).toEqual({
      result: { kind: 'open', code: '200' },
      astray: [],
      rest: '220 x\r\n',
    });
  });

  test('IPv6 in brackets, credentials as Basic', () => {
    const heard =
      /^CONNECT \[2001:db8::7\]:8443 HTTP\/1\.1\r\nHost: \[2001:db8::7\]:8443\r\nProxy-Authorization: Basic YWRhOmw6dmU=\r\n\r\n$/;
    expect(play(connectByHttp(v6, login), answered(open, heard)).astray).toEqual([]);
  });

  test('however the answer is cut', () => {
    for (let place = 0; place < open.length; place++)
      expect(play(connectByHttp(v4, undefined), answered(open), at(place)).standing.kind).toBe('done');
    expect(play(connectByHttp(v4, undefined), answered(open), everyByte).standing.kind).toBe('done');
  });

  test.each([
    ['HTTP/1.0 407 Proxy Authentication Required\r\n\r\n', { kind: 'refused', code: '407' }],
    ['HTTP/1.1 403 no\r\n\r\n', { kind: 'refused', code: '403' }],
    ['HTTP/1.1 502 Bad Gateway\r\n\r\n', { kind: 'unreachable', code: '502' }],
    ['HTTP/1.1 504\r\n\r\n', { kind: 'unreachable', code: '504' }],
    ['HTTP/2 200\r\n\r\n', 'foreign'],
    ['HTTP/1.1 2OO\r\n\r\n', 'foreign'],
    ['SSH-2.0-x\r\n', 'foreign'],
    [`HTTP/1.1 200 ${'x'.repeat(20_000)}`, 'foreign'],
    ['HTTP/1.1 200 OK\r\n', 'talking'],
  ])('%j', (answer, expected) => {
    expect(summary(play(connectByHttp(v4, undefined), answered(answer)))).toMatchObject({ result: expected });
  });
});

describe('SOCKS5', () => {
  const request4 = exactly('\x05\x01\0\x01\xc0\0\x02\x07\x01\xbb');
  const granted = '\x05\0\0\x01\x7f\0\0\x01\x30\x39';

  test('without credentials asks for no method but none', () => {
    const script = {
      greeting: '',
      answers: [
        [exactly('\x05\x01\0'), '\x05\0'],
        [request4, `${granted}220 x`],
      ] as const,
    };
    expect(summary(play(connectBySocks5(v4, undefined), script))).toEqual({
      result: { kind: 'open', code: 'reply 0' },
      astray: [],
      rest: '220 x',
    });
    expect(play(connectBySocks5(v4, undefined), script, everyByte).standing.kind).toBe('done');
  });

  test('with credentials, to IPv6', () => {
    const answers = [
      [exactly('\x05\x02\0\x02'), '\x05\x02'],
      [exactly('\x01\x03ada\x04l:ve'), '\x01\0'],
      [
        exactly(`\x05\x01\0\x04\x20\x01\x0d\xb8${'\0'.repeat(11)}\x07\x20\xfb`),
        `\x05\0\0\x04${'\0'.repeat(18)}`,
      ],
    ] as const;
    expect(summary(play(connectBySocks5(v6, login), { greeting: '', answers }))).toEqual({
      result: { kind: 'open', code: 'reply 0' },
      astray: [],
      rest: '',
    });
  });

  const replying = (...replies: string[]) => ({
    greeting: '',
    answers: replies.map((reply) => [/^[\s\S]+$/, reply] as const),
  });

  test.each([
    ['no method', replying('\x05\xff'), { kind: 'refused', code: 'method 255' }],
    ['a method that was not offered', replying('\x05\x01'), { kind: 'refused', code: 'method 1' }],
    ['wrong credentials', replying('\x05\x02', '\x01\x01'), { kind: 'refused', code: 'login 1' }],
    ['rules', replying('\x05\0', '\x05\x02\0\x01\0\0\0\0\0\0'), { kind: 'refused', code: 'reply 2' }],
    ['no host', replying('\x05\0', '\x05\x04\0\x03\x03abc\0\0'), { kind: 'unreachable', code: 'reply 4' }],
    ['refused', replying('\x05\0', '\x05\x05\0\x01\0\0\0\0\0\0'), { kind: 'unreachable', code: 'reply 5' }],
    ['an address of no kind', replying('\x05\0', '\x05\0\0\x09\0\0\0\0\0\0'), 'foreign'],
    ['SOCKS4', replying('\0\x5a'), 'foreign'],
    ['HTTP', replying('HTTP/1.1 400 no\r\n'), 'foreign'],
  ])('%s', (_, script, expected) => {
    expect(summary(play(connectBySocks5(v4, login), script))).toMatchObject({ result: expected });
  });

  test('credentials that do not fit are a mistake of ours, not of the proxy', () => {
    const long = { user: 'ada', password: 'x'.repeat(256) };
    expect(() => play(connectBySocks5(v4, long), replying('\x05\x02'))).toThrow(
      expect.objectContaining({ code: 'ERR_CREDENTIAL' }),
    );
  });
});
