import { describe, expect, test } from 'vitest';
import { parsePorts } from '../../src/config/places.ts';
import { parseTargetList } from '../../src/config/target-list.ts';
import { AssayError } from '../../src/model/index.ts';
import { blocksOf, readDocument } from '../documents.ts';

const locators = (text: string, ports?: readonly number[]): readonly string[] =>
  parseTargetList('targets.txt', text, ports).map(({ target }) => target.locator);

function refused(text: string, ports?: readonly number[]): AssayError {
  try {
    parseTargetList('targets.txt', text, ports);
  } catch (error) {
    if (error instanceof AssayError) return error;
    throw error;
  }
  throw new Error('expected a refusal, got none');
}

describe('a list of targets', () => {
  test.each([
    ['https://pay.example', ['https://pay.example:443']],
    ['tls://pay.example:8443/', ['tls://pay.example:8443']],
    ['pay.example', ['tls://pay.example:443']],
    ['Pay.Example:8443', ['tls://pay.example:8443']],
    ['192.0.2.7:8443', ['tls://192.0.2.7:8443']],
    ['[2001:db8::1]:443', ['tls://[2001:db8::1]:443']],
    ['[2001:db8::1]', ['tls://[2001:db8::1]:443']],
    ['postgres://auditor@db.example/ledger', ['postgres://db.example:5432']],
    [
      '192.0.2.0/31 443,8443',
      ['tls://192.0.2.0:443', 'tls://192.0.2.1:443', 'tls://192.0.2.0:8443', 'tls://192.0.2.1:8443'],
    ],
    ['https://192.0.2.7/32', ['https://192.0.2.7:443']],
    ['2001:db8::fe/127 8443', ['tls://[2001:db8::fe]:8443', 'tls://[2001:db8::ff]:8443']],
    ['tls://2001:db8::/128', ['tls://[2001:db8::]:443']],
    [
      '192.0.2.254-192.0.3.1 1',
      ['192.0.2.254', '192.0.2.255', '192.0.3.0', '192.0.3.1'].map((a) => `tls://${a}:1`),
    ],
    ['pay-web.example-2.test 8443', ['tls://pay-web.example-2.test:8443']],
  ])('%s', (line, expected) => {
    expect(locators(line)).toEqual(expected);
  });

  test('may have comments, blank lines, blanks, and line ends of either kind', () => {
    const text = '# the fleet\r\n\r\n  192.0.2.1:443   # web 1\n\t192.0.2.2 8443\n#192.0.2.3\n';
    expect(
      parseTargetList('targets.txt', text, undefined).map(({ target, at }) => [target.locator, at]),
    ).toEqual([
      ['tls://192.0.2.1:443', 'targets.txt:3:3'],
      ['tls://192.0.2.2:8443', 'targets.txt:4:2'],
    ]);
  });

  test('takes the ports that were given where a line names none', () => {
    expect(locators('192.0.2.1\n192.0.2.2:9\n192.0.2.3 10\nhttps://a.example\n', [1, 2])).toEqual([
      'tls://192.0.2.1:1',
      'tls://192.0.2.1:2',
      'tls://192.0.2.2:9',
      'tls://192.0.2.3:10',
      'https://a.example:1',
      'https://a.example:2',
    ]);
  });

  test('may be as docs/fleets.md shows one', () => {
    const [example] = blocksOf(readDocument('docs/fleets.md')).filter(({ info }) => info === '');
    const listed = parseTargetList('fleet.txt', example?.text ?? '', [8443]);
    expect(listed).toHaveLength(1 + 1 + 1 + 32 + 11 + 16 + 1);
    expect(new Set(listed.map(({ target }) => target.locator)).size).toBe(listed.length);
  });

  test('may be of 65,536 addresses', () => {
    expect(locators('10.1.0.0/16')).toHaveLength(65_536);
  });

  test.each([
    ['a.example\n  b.example 0', 'targets.txt:2:13 expected ports from 1 to 65535'],
    ['a.example 443,443', 'targets.txt:1:11 expected ports'],
    ['a.example 443 8443', 'targets.txt:1:15 expected a place and its ports, got a third word'],
    ['a.example:443 8443', 'targets.txt:1:1 expected ports in one place, got them in two'],
    ['a.example:70000', 'targets.txt:1:1 expected a port from 1 to 65535'],
    [
      '\n 10.0.0.5/28',
      'targets.txt:2:2 expected a prefix or a range of addresses, got an address inside of 10.0.0.0/28',
    ],
    ['10.0.0.0/33', 'targets.txt:1:1 expected a prefix or a range of addresses, got another length'],
    [
      '10.0.0.9-10.0.0.1',
      'targets.txt:1:1 expected a prefix or a range of addresses, got the higher address first',
    ],
    ['10.0.0.9-::1', 'targets.txt:1:1 expected a prefix or a range of addresses, got one of IPv4'],
    ['::/0', 'targets.txt:1:1 expected at most 100000 endpoints, got more addresses than that'],
    ['10.1.0.0/16\n10.2.0.0/16', 'targets.txt:2:1 expected at most 100000 endpoints, got more'],
    ['2001:db8::1', 'targets.txt:1:1 expected an IPv6 address in brackets'],
    ['https://a.example/path', 'targets.txt:1:1 expected https://host[:port], got a URL with a path'],
    ['ftp://a.example', 'targets.txt:1:1 expected the scheme https'],
    ['a b.example', 'targets.txt:1:3 expected ports'],
    ['[2001:db8::1', 'targets.txt:1:1 expected'],
    ['# nothing\n', 'targets.txt:1:1 expected a target, got none'],
    ['', 'targets.txt:1:1 expected a target, got none'],
    [
      `a.example\n${'x'.repeat(2_001)}`,
      'targets.txt:2:1 expected a line of at most 2000 characters, got 2001',
    ],
  ])('%j is refused where it is wrong', (text, message) => {
    const error = refused(text);
    expect(error.code).toBe('ERR_TARGET');
    expect(error.message.slice(0, message.length)).toBe(message);
    expect(error.remedy).toMatch(/\w/);
  });

  test('refuses a password without repeating it', () => {
    const error = refused('a.example\npostgres://me:canary@db.example/x');
    expect(error.code).toBe('ERR_LITERAL_SECRET');
    expect(error.message).toMatch(/^targets\.txt:2:1 expected/);
    expect(`${error.message}${error.remedy}`).not.toContain('canary');
  });

  test('survives whatever a file may hold', () => {
    let state = 1;
    const random = (below: number): number => {
      state = (state * 48_271) % 2_147_483_647;
      return state % below;
    };
    const pieces = [
      '10.0.0.0',
      '/',
      '-',
      ':',
      '[',
      ']',
      '::',
      '443',
      ',',
      ' ',
      '#',
      '\n',
      'tls://',
      'a.b',
      '@',
      '%',
      '?',
      '\u0000',
      'ü',
    ];
    for (let i = 0; i < 3_000; i++) {
      const text = Array.from({ length: random(8) }, () => pieces[random(pieces.length)]).join('');
      try {
        parseTargetList('f', text, undefined);
      } catch (error) {
        expect(error).toBeInstanceOf(AssayError);
        expect((error as AssayError).message).toMatch(/^f:\d+:\d+ expected .+, got /);
      }
    }
  });
});

test.each([
  ['443', [443]],
  ['1,65535', [1, 65_535]],
  ['', undefined],
  ['443,', undefined],
  ['65536', undefined],
  ['0', undefined],
  ['443, 8443', undefined],
])('ports %j', (text, ports) => {
  expect(parsePorts(text)).toEqual(ports);
});
