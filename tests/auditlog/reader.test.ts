import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LogFormat } from '../../src/auditlog/entry.ts';
import { linePrefixOf } from '../../src/auditlog/line-prefix.ts';
import { csvLine, jsonLine, readText, stderrLine, stderrPrefix, type Written } from './reading.ts';

const second = Date.UTC(2026, 10, 20, 14, 38, 47);
const session = (second / 1000).toString(16);
const one: Written = {
  atMs: second + 143,
  session: `${session}.5a9c`,
  line: 1,
  user: 'app',
  database: 'shop',
  tag: 'idle',
  message: 'statement: select 1',
};

const writers: Readonly<Record<LogFormat, (one: Written) => string>> = {
  csvlog: csvLine,
  jsonlog: jsonLine,
  stderr: stderrLine,
};
const formats = Object.keys(writers) as readonly LogFormat[];

const read = (format: LogFormat, text: string | Uint8Array, chunkBytes?: number) =>
  readText(format, text, stderrPrefix, chunkBytes);

/** Texts that look like what is around them. */
const hostile = [
  `x\n${csvLine(one)}`,
  `x\n${jsonLine(one)}`,
  `x\n${stderrLine(one)}`,
  '"',
  '""',
  '",',
  '",,,\n"',
  '{"timestamp":"',
  ',"message":"',
  '\\',
  '\t',
  'LOG:  connection authorized: user=x',
];
const freeText = fc
  .array(fc.oneof(fc.string(), fc.constantFrom(...hostile), fc.constantFrom('\n', 'é', '漢')), {
    maxLength: 6,
  })
  .map((parts) => parts.join('').replace(/[\r\0]/g, ''));

const written = fc.record({
  atMs: fc.integer({ min: 0, max: 3_600_000 }).map((ms) => second + ms),
  session: fc.integer({ min: 1, max: 65_535 }).map((pid) => `${session}.${pid.toString(16)}`),
  line: fc.integer({ min: 1, max: 1_000_000 }),
  user: fc.constantFrom('app', 'a "b"', 'o,"1'),
  database: fc.constantFrom('shop', 'x y'),
  severity: fc.constantFrom('LOG', 'ERROR', 'FATAL'),
  sqlState: fc.constantFrom('00000', '42501'),
  tag: fc.constantFrom('idle', 'SELECT'),
  message: freeText,
  statement: freeText,
});

describe.each(formats)('%s', (format) => {
  const write = writers[format];

  test('what was written is what is read, whatever stands in it, and however it arrives', () => {
    fc.assert(
      fc.property(
        fc.array(written, { maxLength: 12 }),
        fc.integer({ min: 1, max: 300 }),
        (all, chunkBytes) => {
          const { entries, stray } = read(format, all.map(write).join(''), chunkBytes);
          expect(stray).toEqual([]);
          expect(
            entries.map(({ session: id, line, atMs, severity, message }) => ({
              id,
              line,
              atMs,
              severity,
              message,
            })),
          ).toEqual(
            all.map(({ session: id, line, atMs, severity, message }) => ({
              id,
              line,
              atMs,
              severity,
              message,
            })),
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  test('garbage never throws, and holds nothing back', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 3000 }),
        fc.integer({ min: 1, max: 200 }),
        (bytes, chunkBytes) => {
          const noise = Buffer.concat([Buffer.from(bytes), Buffer.from(`\n${write(one)}`)]);
          const { entries } = read(format, noise, chunkBytes);
          // Of csv an odd quote may lie before it.
          if (format !== 'csvlog' || !bytes.includes(0x22)) expect(entries.at(-1)).toMatchObject({ line: 1 });
        },
      ),
      { numRuns: 200 },
    );
  });

  test('a line that is cut off at the end is none yet', () => {
    const text = write(one) + write({ ...one, line: 2 });
    for (let length = text.length - 1; length > text.length - 40; length--) {
      const { entries, stray } = read(format, text.slice(0, length));
      expect([entries.length, stray.length]).toEqual([1, 0]);
    }
  });

  test('where a file begins inside of an entry, the next one is read', () => {
    const text = write({ ...one, message: 'a\nb "c" d' }) + write({ ...one, line: 2 });
    for (let from = 1; from < 60; from++) expect(read(format, text.slice(from)).entries.at(-1)?.line).toBe(2);
  });

  test('one line taken out of an entry of several hides no other', () => {
    const all = [1, 2, 3, 4].map((line) => write({ ...one, line, message: `a "x"\n"b\nc" ${line}` }));
    const lines = all.join('').split('\n');
    for (let at = 0; at < lines.length - 1; at++) {
      const { entries } = read(format, lines.toSpliced(at, 1).join('\n'));
      expect(entries.length).toBeGreaterThanOrEqual(3);
    }
  });

  test('of an entry longer than is kept the beginning is read, and it is said so', () => {
    const long = write({ ...one, message: `begin ${'x'.repeat(3_000_000)}` });
    const { entries, stray } = read(format, long + write({ ...one, line: 2 }));
    expect(entries.map(({ line, cut }) => [line, cut])).toEqual([
      [1, true],
      [2, false],
    ]);
    expect(stray).toEqual([]);
  });

  test('an entry of many lines, longer than is kept, swallows none behind it', () => {
    const message = Array.from({ length: 40_000 }, (_, at) => `line ${at} "quoted" of a statement`).join(
      '\n',
    );
    const { entries } = read(format, write({ ...one, message }) + write({ ...one, line: 2 }));
    expect(entries.map(({ line, cut }) => [line, cut])).toEqual([
      [1, true],
      [2, false],
    ]);
  });
});

describe('times', () => {
  test('an abbreviation stands for what the sessions show', () => {
    const cet = csvLine(one).replaceAll(' UTC', ' CET').replaceAll('14:38:47', '15:38:47');
    expect(read('csvlog', cet).entries[0]?.atMs).toBe(one.atMs);
  });

  test('an abbreviation that nothing shows is not known', () => {
    const { entries } = read('stderr', stderrLine(one).replace('UTC', 'XYZ'));
    expect(entries[0]).toMatchObject({ line: 1 });
    expect(entries[0]).not.toHaveProperty('atMs');
  });

  test.each([
    ['+0530', 5.5],
    ['-03', -3],
  ])('%s', (zone, hours) => {
    const [entry] = read('stderr', stderrLine(one).replace('UTC', zone)).entries;
    expect(entry?.atMs).toBe(one.atMs - hours * 3_600_000);
  });
});

describe('prefixes', () => {
  test.each([
    ['%m [%p] ', '2026-11-20 14:38:47.143 UTC [77] LOG:  hello'],
    [
      '%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ',
      '2026-11-20 14:38:47 UTC [77]: [3-1] user=app,db=shop,app=psql,client=10.0.0.1 LOG:  hello',
    ],
    ['%m [%p] %q%u@%d ', '2026-11-20 14:38:47.143 UTC [77] app@shop LOG:  hello'],
    ['%m [%p] %q%u@%d ', '2026-11-20 14:38:47.143 UTC [77] LOG:  hello'],
    ['%n %e %-10u|%5p ', '1763649527.143 00000 app       |   77 LOG:  hello'],
    ['<%c.%s> 100%% ', '<6b005b77.5a9c.2026-11-20 14:38:47 UTC> 100% LOG:  hello'],
    ['', 'LOG:  hello'],
  ])('%s', (prefix, line) => {
    const { entries, stray } = readText('stderr', `${line}\n`, prefix);
    expect(stray).toEqual([]);
    expect(entries[0]).toMatchObject({ message: 'hello', severity: 'LOG' });
  });

  test('what it says is kept', () => {
    const prefix = '%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ';
    const line = '2026-11-20 14:38:47 UTC [77]: [3-1] user=app,db=shop,app=psql,client=10.0.0.1 ERROR:  no';
    expect(readText('stderr', `${line}\n`, prefix).entries[0]).toMatchObject({
      line: 3,
      user: 'app',
      database: 'shop',
      origin: '10.0.0.1',
      atMs: second,
    });
  });

  test('one with a letter that nothing is known of is not read', () => {
    expect(linePrefixOf('%m %Z ')).toBeUndefined();
  });

  test('more names than can be told apart in time are not read', () => {
    expect(linePrefixOf('%a %u %d %i %m ')).toBeDefined();
    expect(linePrefixOf('%a %u %d %i %b %m ')).toBeUndefined();
  });
});
