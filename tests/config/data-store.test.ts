import { describe, expect, test } from 'vitest';
import { parseAssayFile } from '../../src/config/assay-file.ts';
import { columnPath } from '../../src/model/index.ts';

const parse = (data: string, url = 'postgres://db.example/clinic') =>
  parseAssayFile('assay.yaml', `targets:\n  - url: ${url}\n    data:\n${data}`).config.targets[0]?.data;

const column = (name: string) =>
  parse(`      columns: [{ column: '${name.replaceAll("'", "''")}', class: pan }]\n`);

describe('data of a target', () => {
  test('is a data map, a retention and a sample', () => {
    const data = parse(`      columns:
        - { column: clinic.public.payments.card_number, class: pan, protection: encrypted, purpose: refunds }
      retention:
        - { table: clinic.public.visits, timestamp: '"created at"', max-age-days: 365 }
      de-identified:
        - { table: clinic.study.visits, method: safe-harbour }
      sample: { rows: all }
      volume-encrypted: true
`);
    expect(data).toEqual({
      columns: [
        {
          database: 'clinic',
          schema: 'public',
          table: 'payments',
          column: 'card_number',
          class: 'pan',
          protection: 'encrypted',
          purpose: 'refunds',
        },
      ],
      retention: [
        { database: 'clinic', schema: 'public', table: 'visits', column: 'created at', maximumAgeDays: 365 },
      ],
      deidentified: [{ database: 'clinic', schema: 'study', table: 'visits', method: 'safe-harbour' }],
      sample: { seed: 1 },
      removableMedia: false,
      volumeEncrypted: true,
    });
  });

  test('says which constraints columns are to have', () => {
    const data = parse(
      '      constraints: [{ column: clinic.public.patients.born, must: [not-null, checked] }]\n',
    );
    expect(data?.constraints).toEqual([
      {
        database: 'clinic',
        schema: 'public',
        table: 'patients',
        column: 'born',
        must: ['not-null', 'checked'],
      },
    ]);
    const twice =
      '      constraints: [{ column: a.b.c.d, must: [unique] }, { column: a.b.c.d, must: [checked] }]\n';
    expect(() => parse(twice)).toThrowError(/^assay\.yaml:4:58 expected each column once/);
  });

  test('may be empty, and then samples are of 500 rows', () => {
    expect(parse('      columns: []\n')).toEqual({
      columns: [],
      retention: [],
      deidentified: [],
      sample: { rows: 500, seed: 1 },
      removableMedia: false,
    });
  });

  test.each([
    ['Clinic.public.T.c', ['Clinic', 'public', 'T', 'c']],
    ['"a.b".public."x ""y""".c', ['a.b', 'public', 'x "y"', 'c']],
    ['клиника.public.größe.c', ['клиника', 'public', 'größe', 'c']],
  ])('%s names a column, and its path names it again', (text, names) => {
    const [found] = column(text)?.columns ?? [];
    if (found === undefined) throw new Error('expected a column');
    expect([found.database, found.schema, found.table, found.column]).toEqual(names);
    const { class: _, ...same } = found;
    expect(column(columnPath(found))?.columns[0]).toMatchObject(same);
  });

  test.each([
    'a.b.c',
    'a.b.c.d.e',
    'a.b..d',
    '.a.b.c',
    'a.b.c.',
    'a.b.c.d e',
    'a.b.c."d',
    `a.b.c.${'d'.repeat(64)}`,
    'a.b.c.""',
  ])('%s names no column', (text) => {
    expect(() => column(text)).toThrowError(
      /^assay\.yaml:4:\d+ expected database\.schema\.table\.column, got/,
    );
  });

  test('names each column once', () => {
    const twice = '      columns: [{ column: a.b.c.d, class: pan }, { column: \'"a".b.c.d\', class: ssn }]\n';
    expect(() => parse(twice)).toThrowError(/^assay\.yaml:4:\d+ expected each column once/);
  });

  test('has sensitive authentication data alone, encrypted, be kept until authorisation', () => {
    const early = (rest: string) =>
      parse(`      columns: [{ column: a.b.c.d, class: ${rest}, until-authorisation: true }]\n`);
    expect(early('cvv')?.columns).toMatchObject([{ class: 'cvv', untilAuthorisation: true }]);
    expect(early('track, protection: encrypted')?.columns).toHaveLength(1);
    for (const rest of ['pan', 'pin, protection: hashed'])
      expect(() => early(rest)).toThrowError(
        /^assay\.yaml:4:\d+ expected it of cvv, track, pin that is encrypted, got p/,
      );
  });

  test('names each table without identifiers once, and a table', () => {
    const twice =
      '      de-identified: [{ table: a.b.c, method: safe-harbour }, { table: a.b."c", method: limited-data-set }]\n';
    expect(() => parse(twice)).toThrowError(/^assay\.yaml:4:\d+ expected each table once/);
    expect(() => parse('      de-identified: [{ table: a.b.c.d, method: safe-harbour }]\n')).toThrowError(
      /^assay\.yaml:4:\d+ expected database\.schema\.table, got/,
    );
  });

  test.each([
    [
      '      de-identified: [{ table: a.b.c, method: expert }]\n',
      'to be one of safe-harbour, limited-data-set',
    ],
    [
      '      columns: [{ column: a.b.c.d, class: cvv, until-authorisation: false }]\n',
      'to be true, got false',
    ],
    ['      sample: { rows: 0 }\n', 'a number up to 1000000, or all'],
    ['      sample: { seed: -1 }\n', 'a whole number'],
    ['      columns: [{ column: a.b.c.d, class: name }]\n', 'to be one of pan, cvv'],
    [
      `      columns: [{ column: a.b.c.d, class: pan, purpose: ${'x'.repeat(201)} }]\n`,
      'at most 200 characters',
    ],
    ['      constraints: [{ column: a.b.c.d, must: [never] }]\n', 'to be one of not-null, unique'],
    [
      '      constraints: [{ column: a.b.c, must: [unique] }]\n',
      'expected database.schema.table.column, got',
    ],
    [
      '      retention: [{ table: a.b.c, timestamp: d, max-age-days: 0 }]\n',
      'a number of days from 1 to 36500',
    ],
  ])('%s is refused', (text, expected) => {
    expect(() => parse(text)).toThrowError(expected);
  });

  test('belongs to a database', () => {
    expect(() => parse('      columns: []\n', 'https://pay.example')).toThrowError(
      /data only for postgres targets/,
    );
  });
});
