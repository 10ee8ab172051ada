import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { challengeLimitBytes, readChallenge, startupMessage } from '../../src/postgres/challenge.ts';
import { declaredAnswers } from '../../src/postgres/declared-answer.ts';
import { verdictsOf } from '../../src/postgres/hba-decisions.ts';
import { domainOf, existing } from '../../src/postgres/hba-domain.ts';
import { rulingOf } from './ruling.ts';

const message = (type: string, body: Uint8Array | string): Uint8Array => {
  const bytes = Buffer.from(body as string, 'latin1');
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(bytes.length + 4, 1);
  return Buffer.concat([head, bytes]);
};
const request = (code: number, rest = ''): Uint8Array => {
  const head = Buffer.alloc(4);
  head.writeInt32BE(code);
  return message('R', Buffer.concat([head, Buffer.from(rest, 'latin1')]));
};
const refusal = (sqlState: string): Uint8Array =>
  message('E', `SFATAL\0VFATAL\0C${sqlState}\0Mno pg_hba.conf entry for host "192.0.2.1"\0\0`);

const answered = (answer: string, ...mechanisms: readonly string[]) => ({
  kind: 'answer',
  answer,
  mechanisms,
});

test('a start-up message, byte by byte (PostgreSQL, "Message Formats")', () => {
  expect(Buffer.from(startupMessage({ user: 'u', database: 'd' }, 'assay/1')).toString('latin1')).toBe(
    '\0\0\0\x34\0\x03\0\0user\0u\0database\0d\0application_name\0assay/1\0\0',
  );
  const replication = Buffer.from(startupMessage({ user: 'u' }, 'assay/1')).toString('latin1');
  expect(replication).toContain('user\0u\0replication\0true\0');
  expect(replication).not.toContain('database');
});

test.each(['', 'a\0b', 'a'.repeat(2_000)])('a name that no server has is not sent: %j', (user) => {
  expect(() => startupMessage({ user }, 'assay/1')).toThrow(
    expect.objectContaining({ code: 'ERR_NOT_POSTGRES' }),
  );
});

describe('the first message', () => {
  test.each([
    [request(0), answered('let-in')],
    [request(2), answered('kerberos')],
    [request(3), answered('password')],
    [request(5, 'salt'), answered('md5')],
    [request(7), answered('gss')],
    [request(9), answered('sspi')],
    [request(10, 'SCRAM-SHA-256\0\0'), answered('scram', 'SCRAM-SHA-256')],
    [
      request(10, 'SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0'),
      answered('scram', 'SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256'),
    ],
    [request(10, 'OAUTHBEARER\0\0'), answered('oauth', 'OAUTHBEARER')],
    [request(10, 'PLAIN\0\0'), answered('sasl', 'PLAIN')],
    [refusal('28000'), answered('refused')],
    [refusal('28P01'), answered('refused')],
    [refusal('53300'), { kind: 'failure', sqlState: '53300' }],
    [Buffer.concat([request(0), message('S', 'is_superuser\0on\0')]), answered('let-in')],
  ])('%#: is understood, however it is cut', (bytes, expected) => {
    expect(readChallenge(bytes)).toEqual(expected);
    const whole = 1 + Buffer.from(bytes).readInt32BE(1);
    for (let cut = 0; cut < whole; cut++) expect(readChallenge(bytes.subarray(0, cut))).toBeUndefined();
  });

  test.each([
    ['an HTTP answer', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['another type', message('S', 'is_superuser\0on\0')],
    ['a length that is too long', Buffer.from('R\0\0\xff\xff', 'latin1')],
    ['a negative length', Buffer.from('R\xff\xff\xff\xff', 'latin1')],
    ['a length that is too short', Buffer.from('R\0\0\0\x04', 'latin1')],
    ['a request that there is not', request(99)],
    ['an answer to nothing', request(11, 'r=')],
    ['more than belongs there', request(0, 'more')],
    ['an MD5 request without salt', request(5)],
    ['no mechanism', request(10, '\0')],
    ['mechanisms without an end', request(10, 'SCRAM-SHA-256')],
    ['markup for a mechanism', request(10, '<b>\0\0')],
    ['an error without a code', message('E', 'SFATAL\0Mno\0\0')],
    ['a code of another form', refusal('28<b>')],
    ['an error of protocol 2', Buffer.from('Efork failed\n\0')],
  ])('%s is not PostgreSQL', (_, bytes) => {
    expect(() => readChallenge(bytes)).toThrow(expect.objectContaining({ code: 'ERR_NOT_POSTGRES' }));
  });

  test('whatever comes, it is understood, waited for within the limit, or refused', () => {
    const typed = fc
      .tuple(fc.constantFrom('R', 'E', 'N', ''), fc.uint8Array({ maxLength: 64 }))
      .map(([type, bytes]) => Buffer.concat([Buffer.from(type), bytes]));
    fc.assert(
      fc.property(typed, (bytes) => {
        try {
          const read = readChallenge(bytes);
          if (read === undefined)
            expect(readChallenge(Buffer.concat([bytes, Buffer.alloc(challengeLimitBytes)]))).toBeDefined();
        } catch (error) {
          expect(error).toMatchObject({ code: 'ERR_NOT_POSTGRES' });
        }
      }),
      { numRuns: 2_000, seed: 20261120 },
    );
  });
});

describe('what the rules lead to, for one who shows no credential', () => {
  const declared = (
    lines: readonly string[],
    channel: 'socket' | 'plaintext' | 'tls',
    address?: string,
    own = false,
  ) => {
    const ruling = rulingOf(lines);
    const [first] = verdictsOf(ruling.rules, ruling.patterns, existing(domainOf(ruling)));
    return declaredAnswers(first!, ruling.rules, {
      channel,
      own,
      ...(address === undefined ? {} : { address }),
    }).answers;
  };
  const from = '192.0.2.7';

  test.each([
    ['trust', ['let-in']],
    ['reject', ['refused']],
    ['scram-sha-256', ['scram']],
    ['md5', ['md5', 'scram']],
    ['ldap', ['password']],
    ['cert', ['refused']],
    ['scram-sha-256 clientcert=verify-full', ['refused']],
    ['scram-sha-256 clientcert=no-verify', ['scram']],
    ['gss', ['gss']],
    ['ident', ['let-in', 'refused']],
    ['of-tomorrow', undefined],
  ])('%s: %j', (method, expected) => {
    expect(declared([`host all all all ${method}`], 'tls', from)).toEqual(expected);
  });

  test('the first rule for our address and channel', () => {
    const lines = [
      'hostssl all all 192.0.2.0|255.255.255.0 md5',
      'host all all all reject',
      'local all all peer',
    ];
    expect(declared(lines, 'tls', from)).toEqual(['md5', 'scram']);
    expect(declared(lines, 'plaintext', from)).toEqual(['refused']);
    expect(declared(lines, 'tls', '198.51.100.1')).toEqual(['refused']);
    expect(declared(lines, 'socket')).toEqual(['let-in', 'refused']);
    expect(declared([], 'tls', from)).toEqual(['refused']);
  });

  test('what only the server can tell leaves each of its ends possible', () => {
    const lines = ['host all all .test trust', 'host all all all scram-sha-256'];
    expect(declared(lines, 'tls', from)).toEqual(['let-in', 'scram']);
  });

  test('an address that is the server’s too is one of its own', () => {
    const lines = ['host all all samehost trust', 'host all all all scram-sha-256'];
    expect(declared(lines, 'tls', from, true)).toEqual(['let-in']);
    expect(declared(lines, 'tls', from)).toEqual(['let-in', 'scram']);
  });
});
