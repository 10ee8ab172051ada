import { describe, expect, test } from 'vitest';
import { resolvePaths } from '../../src/config/assay-config.ts';
import { parseAssayFile } from '../../src/config/assay-file.ts';
import { recordedTarget } from '../../src/config/secret-reference.ts';
import { markOf, textMark } from '../../src/data/marks.ts';

const textWith = (records: string) =>
  `targets:\n  - url: postgres://db.example/clinic\n    data:\n      test-records:\n${records}`;

const parse = (records: string) => parseAssayFile('assay.yaml', textWith(records)).config.targets[0];

const whole = `        cards: [{ column: a.b.c.d, number: '4111 1111 1111 1111' }]
        digests: [{ column: a.b.c.e, key: id, id: key-990001, of: card, values: ['4111111111111111'] }]
        corrected: [{ column: a.b.c.f, key: id, id: '990002', value: New Name, former: Old Canary }]
        erased: [{ person: test-7, values: [Gone Canary] }]
        exported: [{ person: test-8, values: [Export Canary], file: exports/test-8.json }]
`;

describe('test records of a target', () => {
  test('are kept as marks, without any value', () => {
    const target = parse(whole);
    const at = { database: 'a', schema: 'b', table: 'c' };
    expect(target?.data?.testRecords).toMatchObject({
      cards: [{ ...at, column: 'd', mark: textMark('4111 1111 1111 1111') }],
      digests: [{ ...at, column: 'e', key: 'id', keyMark: markOf('key', 'key-990001'), of: 'card' }],
      corrected: [{ column: 'f', mark: textMark('new name'), formerMark: textMark(' OLD CANARY ') }],
      erased: [{ person: 'test-7', marks: [textMark('Gone Canary')] }],
      exported: [{ person: 'test-8', marks: [textMark('export canary')], file: 'exports/test-8.json' }],
    });
    expect(JSON.stringify(target)).not.toMatch(/4111|key-990001|990002|New Name|Canary/i);
  });

  test('of whom is gone are looked for as declared and in either case, accents written in either way', () => {
    const target = parse('        erased: [{ person: test-7, values: [Jörg Canary] }]\n');
    const marks = target?.data?.testRecords?.erased[0]?.marks ?? [];
    const found = ['Jörg Canary', 'JÖRG CANARY', 'jörg canary', 'JO\u0308RG CANARY', 'Jo\u0308rg Canary'];
    expect(found.filter((each) => !marks.includes(textMark(each)))).toEqual([]);
    expect(marks).not.toContain(textMark('Jorg Canary'));
  });

  test('name a file beside the configuration', () => {
    const { config } = parseAssayFile('assay.yaml', textWith(whole));
    const [target] = resolvePaths(config, (path) => `/etc/assay/${path}`).targets;
    expect(target?.data?.testRecords?.exported[0]?.file).toBe('/etc/assay/exports/test-8.json');
  });

  test('are not recorded in a bundle', () => {
    const target = parse(whole);
    if (target === undefined) throw new Error('expected a target');
    expect(recordedTarget(target).data).toMatchObject({
      testRecords: { cards: [], digests: [], erased: [] },
    });
  });

  test.each([
    [
      `cards: [{ column: a.b.c, number: '4111111111111111' }]`,
      '5:27 expected database.schema.table.column, got',
    ],
    [`cards: [{ column: a.b.c.d, number: '4111111111111112' }]`, '5:44 expected a card number of a brand'],
    [
      'cards: [{ column: a.b.c.d, number: 4111111111111111 }]',
      '5:44 expected targets[0].data.test-records.cards[0].number to be a text of at most 200 characters (digits in quotes), got another value',
    ],
    [
      `cards: [{ column: a.b.c.d, number: '4111111111111111' }, { column: a.b.c.d, number: '5555555555554444' }]`,
      '5:66 expected each column once, got one again',
    ],
    ['digests: [{ column: a.b.c.d, key: id, id: k, of: card, values: [] }]', 'expected at least 1 items'],
    ['digests: [{ column: a.b.c.d, key: id, id: k, of: cat, values: [abcde] }]', 'to be one of card, person'],
    ['digests: [{ column: a.b.c.d, key: i.d, id: k, of: card, values: [abcde] }]', 'expected a column, got'],
    [
      'corrected: [{ column: a.b.c.d, key: id, id: k, value: Canary, former: " canary " }]',
      'expected another value than the corrected one, got the same',
    ],
    ['erased: [{ person: test-7, values: [abcd] }]', 'a text of 5 to 200 characters that nobody else has'],
    ['erased: [{ person: Ann Canary, values: [abcde] }]', 'that is none of the values'],
    [
      'erased: [{ person: a, values: [abcde] }, { person: a, values: [fghij] }]',
      'expected each person once, got one again',
    ],
  ])('%s is refused', (records, expected) => {
    const refused = () => parse(`        ${records}\n`);
    expect(refused).toThrowError(/^assay\.yaml:5:\d+ /);
    expect(refused).toThrowError(expected);
  });

  test('are not shown in an error', () => {
    const refused = () => parse('        erased: [{ person: a, values: [12345678] }]\n');
    expect(refused).toThrowError('got another value');
    expect(refused).not.toThrowError('12345678');
  });
});
