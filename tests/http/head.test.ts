import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HeadReader, type HeadReading } from '../../src/http/head.ts';

function read(text: string, cuts: readonly number[] = []): HeadReading | undefined {
  const reader = new HeadReader();
  const bytes = Buffer.from(text, 'latin1');
  let from = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    reader.push(bytes.subarray(from, cut));
    from = Math.max(from, cut);
  }
  reader.push(bytes.subarray(from));
  return reader.reading;
}

const broken = (why: string): HeadReading => ({ kind: 'broken', why });
const head = (status: number, ...fields: [string, string][]): HeadReading => ({
  kind: 'head',
  head: { status, fields: fields.map(([name, value]) => ({ name, value })) },
});

describe('a head', () => {
  test.each<[string, string, HeadReading | undefined]>([
    [
      'with fields',
      'HTTP/1.1 200 OK\r\nA: 1\r\nset-COOKIE:x\r\n\r\nbody',
      head(200, ['a', '1'], ['set-cookie', 'x']),
    ],
    ['without fields', 'HTTP/1.0 404 Not Found\r\n\r\n', head(404)],
    ['without a reason', 'HTTP/1.1 301\r\nLocation: /\r\n\r\n', head(301, ['location', '/'])],
    ['with line feeds alone', 'HTTP/1.1 200 OK\nA: 1\n\n', head(200, ['a', '1'])],
    ['with an empty value', 'HTTP/1.1 200 OK\r\nA:\r\nB: \t \r\n\r\n', head(200, ['a', ''], ['b', ''])],
    ['with a folded line', 'HTTP/1.1 200 OK\r\nA: 1\r\n \t2\r\n\r\n', head(200, ['a', ' 1 2'.trim()])],
    ['twice the same name', 'HTTP/1.1 200 OK\r\nA: 1\r\na: 2\r\n\r\n', head(200, ['a', '1'], ['a', '2'])],
    ['with a colon in the value', 'HTTP/1.1 200 OK\r\nA: b:c\r\n\r\n', head(200, ['a', 'b:c'])],
    [
      'after interim ones',
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nL: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\n',
      head(200),
    ],
    ['that is not whole', 'HTTP/1.1 200 OK\r\nA: 1\r\n', undefined],
    ['of an old server', 'HTTP/0.9 200 OK\r\n\r\n', broken('something else than HTTP/1')],
    ['of HTTP/2', 'HTTP/2 200\r\n\r\n', broken('something else than HTTP/1')],
    ['that is a page', '<html>hello</html>', broken('something else than HTTP/1')],
    ['that is another protocol', 'SSH-2.0-x\r\n', broken('something else than HTTP/1')],
    ['without a status', 'HTTP/1.1 OK\r\n\r\n', broken('something else than HTTP/1')],
    ['with a long status', 'HTTP/1.1 2000 OK\r\n\r\n', broken('something else than HTTP/1')],
    [
      'with a blank before the colon',
      'HTTP/1.1 200 OK\r\nA : 1\r\n\r\n',
      broken('a line in a head that is no header field'),
    ],
    [
      'with a line that is none',
      'HTTP/1.1 200 OK\r\nhello\r\n\r\n',
      broken('a line in a head that is no header field'),
    ],
    [
      'that begins with a fold',
      'HTTP/1.1 200 OK\r\n A: 1\r\n\r\n',
      broken('a line in a head that is no header field'),
    ],
    ['with a bare CR', 'HTTP/1.1 200 OK\r\nA: 1\rLocation: /\r\n\r\n', broken('a bare CR or NUL in a head')],
    ['with a NUL', 'HTTP/1.1 200 OK\r\nA: 1\u0000\r\n\r\n', broken('a bare CR or NUL in a head')],
    [
      'that switches',
      'HTTP/1.1 101 Switching\r\n\r\n',
      broken('a change of protocol that was not asked for'),
    ],
    ['of interim ones only', 'HTTP/1.1 100 C\r\n\r\n'.repeat(11), broken('interim answers without end')],
    [
      'with too many fields',
      `HTTP/1.1 200 OK\r\n${'A: 1\r\n'.repeat(201)}\r\n`,
      broken('more than 200 header fields'),
    ],
  ])('%s', (_, text, expected) => {
    expect(read(text)).toEqual(expected);
    // One byte at a time reads the same.
    expect(
      read(
        text,
        [...text].map((_, index) => index),
      ),
    ).toEqual(expected);
  });

  test('longer than 64 KB is broken, and keeps no more of it', () => {
    const reader = new HeadReader();
    reader.push(Buffer.from('HTTP/1.1 200 OK\r\n'));
    const line = Buffer.from(`A: ${'x'.repeat(995)}\r\n`);
    let lines = 0;
    while (reader.reading === undefined && lines < 100_000) {
      reader.push(line);
      lines += 1;
    }
    expect(reader.reading).toEqual(broken('a head of more than 64 KB'));
    expect(lines).toBeLessThan(70);
  });

  test('longer than 64 KB and no HTTP is no HTTP, in one packet or in many', () => {
    const text = `HTTP/1_${'x'.repeat(70_000)}`;
    for (const cuts of [[], [10], [60_000]])
      expect(read(text, cuts)).toEqual(broken('something else than HTTP/1'));
  });

  test('interim answers count towards the 64 KB', () => {
    const big = `HTTP/1.1 103 E\r\nA: ${'x'.repeat(20_000)}\r\n\r\n`;
    expect(read(big.repeat(4))).toEqual(broken('a head of more than 64 KB'));
  });
});

describe('whatever arrives', () => {
  const piece = fc.constantFrom(
    'HTTP/1.1 ',
    '200',
    ' OK',
    '\r\n',
    '\n',
    '\r',
    ': ',
    'A',
    ' ',
    '\t',
    '\u0000',
    '\u00ff',
    'x',
  );
  const text = fc.oneof(
    fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join('')),
    fc.array(piece, { maxLength: 60 }).map((pieces) => `HTTP/1.1 200 OK\r\n${pieces.join('')}\r\n\r\n`),
  );

  test('is read the same however it is cut', () => {
    fc.assert(
      fc.property(text, fc.array(fc.nat(200), { maxLength: 6 }), (sent, cuts) => {
        const inside = cuts.filter((cut) => cut < sent.length);
        expect(read(sent, inside)).toEqual(read(sent));
      }),
      { numRuns: 300 },
    );
  });

  test('leaves no line break, NUL or outer blank in a value, nor anything but a token in a name', () => {
    fc.assert(
      fc.property(text, (sent) => {
        const reading = read(sent);
        if (reading?.kind !== 'head') return;
        for (const { name, value } of reading.head.fields) {
          expect(name).toMatch(/^[!#$%&'*+.^_`|~0-9a-z-]+$/);
          expect(value).not.toMatch(/[\r\n]|^[ \t]|[ \t]$/);
          expect(value.includes('\u0000')).toBe(false);
        }
      }),
      { numRuns: 300 },
    );
  });
});
