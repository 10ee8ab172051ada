import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCsv } from '../../src/config/csv.ts';
import { decodeUtf8 } from '../../src/config/encoding.ts';
import { refusalOf } from './refusal.ts';

const texts = (text: string) => parseCsv('a.csv', text).map((record) => record.map((cell) => cell.text));

describe('CSV (RFC 4180)', () => {
  test('fields, quotes, line breaks inside quotes, empty fields, no last line break', () => {
    expect(texts('id,wording\r\n1,"a, ""b""\r\nc"\r\n2,')).toEqual([
      ['id', 'wording'],
      ['1', 'a, "b"\r\nc'],
      ['2', ''],
    ]);
  });

  test('lines that end with LF alone, and empty ones, which are left out', () => {
    expect(texts('a,b\n\n1,2\n\r\n')).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ]);
  });

  test.each(['=1+1', '+49', '-1', '@owner', '\t=cmd', '=HYPERLINK("x")'])('%j is text', (formula) => {
    expect(texts(`a\n"${formula.replaceAll('"', '""')}"\n`)[1]).toEqual([formula]);
  });

  test('each cell has its place', () => {
    const places = parseCsv('a.csv', 'id,x\n"1\n2",b\nc,d').flat();
    expect(places.map(({ place }) => place)).toEqual([
      ...['a.csv:1:1', 'a.csv:1:4', 'a.csv:2:1', 'a.csv:3:4', 'a.csv:4:1', 'a.csv:4:3'],
    ]);
  });

  test.each([
    ['a quote inside a field', 'a,b\nx"y,z', 'a.csv:2:2 expected quotes around the whole field'],
    ['text after a quoted field', 'a,b\n"x"y,z', 'a.csv:2:4 expected a comma or the end of the line'],
    ['a quote that does not end', 'a,b\nx,"y\nz', 'a.csv:2:3 expected the closing quote of this field'],
    ['a field too few', 'a,b\nx', 'a.csv:2:1 expected 2 fields as in the first line, got 1'],
    ['a field too many', 'a,b\nx,y,z', 'a.csv:2:1 expected 2 fields as in the first line, got 3'],
    [
      'CR alone',
      'a,b\rx,y',
      'a.csv:1:4 expected a comma or the end of the line after a field, got a carriage',
    ],
    ['ten megabytes', 'a'.repeat(10_000_000), 'a.csv:1:1 expected at most 1048576 characters, got 10000000'],
  ])('%s is refused with its place', (_, text, words) => {
    const { code, message } = refusalOf(() => parseCsv('a.csv', text));
    expect(code).toBe('ERR_CSV');
    expect(message).toContain(words);
  });

  test('whatever was written is read again', () => {
    const field = fc.string({ unit: 'grapheme' });
    const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(fc.array(fc.tuple(field, field), { minLength: 1 }), (records) => {
        const written = records.map((record) => record.map(quoted).join(',')).join('\r\n');
        expect(texts(written)).toEqual(records);
      }),
    );
  });
});

describe('encodings', () => {
  const decode = (bytes: Uint8Array) => decodeUtf8('own.csv', bytes, 'ERR_TEST');

  test('UTF-8, with and without a byte order mark', () => {
    expect(decode(Buffer.from('größe'))).toBe('größe');
    expect(decode(Buffer.from('\ufeffgröße'))).toBe('größe');
    expect(decode(Buffer.from(''))).toBe('');
  });

  test.each([
    ['UTF-16, little endian', Buffer.from('\ufeffid', 'utf16le'), 'own.csv:1:1 expected UTF-8, got UTF-16'],
    [
      'UTF-16, big endian',
      Buffer.from('\ufeffid', 'utf16le').swap16(),
      'own.csv:1:1 expected UTF-8, got UTF-16',
    ],
    [
      'UTF-16 without a mark',
      Buffer.from('id', 'utf16le'),
      'own.csv:1:2 expected UTF-8 text, got a zero byte',
    ],
    ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0]), 'own.csv:1:1 expected UTF-8, got UTF-32'],
    [
      'Latin-1',
      Buffer.concat([Buffer.from('id,wording\n1,ä'), Buffer.from('größe', 'latin1')]),
      'own.csv:2:6 expected UTF-8, got the byte 0xF6 (as in Latin-1 or Windows-1252)',
    ],
    ['a cut character', Buffer.from('ab€').subarray(0, 4), 'own.csv:1:3 expected UTF-8, got the byte 0xE2'],
    [
      'Latin-1 before a letter',
      Buffer.from('xän', 'latin1'),
      'own.csv:1:2 expected UTF-8, got the byte 0xE4',
    ],
    ['a continuation alone', Buffer.from([0x61, 0x80]), 'own.csv:1:2 expected UTF-8, got the byte 0x80'],
  ])('%s is refused', (_, bytes, words) => {
    const { code, message } = refusalOf(() => decode(bytes));
    expect(code).toBe('ERR_TEST');
    expect(message).toContain(words);
  });
});
