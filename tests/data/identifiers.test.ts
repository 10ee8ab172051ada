import { describe, expect, test } from 'vitest';
import { type IdentifierCount, identifierCounts, identifierForms } from '../../src/data/identifier-forms.ts';
import { type IdentifierReading, identifiersIn } from '../../src/data/identifiers.ts';

const matching = (value: string): readonly string[] =>
  identifierForms.filter(({ pattern }) => new RegExp(pattern).test(value)).map(({ form }) => form);

describe('of a value', () => {
  test.each([
    ['2020-05-17', ['date', 'within-year']],
    ['2020-05-17T00:00:00', ['date', 'within-year']],
    ['2020-01-01', ['date']],
    ['2020-01-01T00:00:00+00:00', ['date']],
    ['5/17/2020', ['date']],
    ['17.5.2020', ['date']],
    ['seen on May 17, 2020', ['date', 'perhaps-date']],
    ['17 March 2020', ['date', 'perhaps-date']],
    ['Sept 2020', ['date']],
    ['17-MAY-2020', ['date']],
    ['2020', ['year', 'zip']],
    ['2020-05', ['within-year', 'perhaps-date']],
    ['5/17/20', ['perhaps-date']],
    ['on 3 March', ['perhaps-date']],
    ['20200517', ['eight-digits', 'zip']],
    ['marching 12 miles', []],
    ['91', ['age-over']],
    ['104.5', ['age-over']],
    ['90', ['age-within']],
    ['90+', ['age-within']],
    ['80-89', ['age-within']],
    ['89', ['age-within']],
    ['02138', ['zip']],
    ['02138-1234', ['within-year', 'zip', 'long-number']],
    ['2138', ['zip']],
    ['021', ['three-digits']],
    ['021xx', ['three-digits']],
    ['Boston, MA 02138', ['state-and-zip']],
    ['(212) 555-2368', ['phone', 'long-number']],
    ['call 212.555.2368 now', ['phone', 'long-number']],
    ['+49 30 901820', ['phone', 'long-number']],
    ['+12125552368', ['phone', 'long-number']],
    ['2125552368', ['ten-digits', 'long-number']],
    ['078-05-1120', ['ssn', 'long-number']],
    ['078051120', ['zip', 'nine-digits', 'long-number']],
    ['a@b.org', ['email', 'at-sign']],
    ['ä@büro', ['at-sign']],
    ['see https://clinic.example/p/1', ['url']],
    ['www.clinic.example', ['url']],
    ['from 10.2.3.4:443', ['ip-address']],
    ['2001:db8::1', ['ip-address']],
    ['fe80:0:0:0:1:2:3:4', ['ip-address']],
    ['2.16.840.1.113883', ['long-number']],
    ['12:34:56', []],
    ['08:00:2b:01:02:03', ['device']],
    ['0.12345678901234', ['age-within']],
    ['-71.058887123', []],
    ['1700000000.5', ['long-number']],
    ['212/555/2368', ['long-number']],
    ['078 - 05 - 1120', ['long-number']],
    ['120/80', []],
    ['0800.2b01.02fa', ['perhaps-device']],
    ['08002b0102fa', ['perhaps-device']],
    ['550e8400-e29b-41d4-a716-446655440000', []],
    ['I10, E11.9 and 718-7', []],
    ['2125552368x12', ['long-number']],
    ['1234567890ab1234567890abcdef0123', []],
    ['120/80 mmHg', []],
  ] as const)('%s', (value, forms) => {
    expect(matching(value)).toEqual(forms);
  });

  test('is looked at in time that goes with its length', () => {
    for (const sign of ['4', ' ', '-', 'a.', '4 ', '4.', 'a:', '::', '1/', ', MA ', '2020-'])
      expect(matching(sign.repeat(4096 / sign.length))).toBeInstanceOf(Array);
  });
});

type Counts = Partial<Record<IdentifierCount, number>>;
const none = Object.fromEntries(identifierCounts.map((form) => [form, 0])) as IdentifierReading['counts'];
const reading = (column: string, counts: Counts, given: Partial<IdentifierReading> = {}) => ({
  ...{ column, type: 'text', isBytes: false, rows: 100, values: 100, longer: 0, ...given },
  counts: { ...none, ...counts },
});
const found = (column: string, counts: Counts, given: Partial<IdentifierReading> = {}) => {
  const { found: all, doubt } = identifiersIn(reading(column, counts, given), 'safe-harbour');
  return all.length > 0 ? all.join() : doubt === undefined ? 'none' : 'doubt';
};

describe('a column', () => {
  test.each([
    ['x', {}, {}, 'none'],
    ['x', { date: 1 }, {}, 'date'],
    ['born', { 'within-year': 1, date: 100 }, { type: 'date' }, 'date'],
    ['born', { date: 100 }, { type: 'date' }, 'none'],
    ['birth_date', { date: 100, 'born-before': 1 }, { type: 'date' }, 'age'],
    ['born', { date: 100 }, {}, 'date'],
    ['admission_date', { year: 100 }, {}, 'none'],
    ['admission_date', { year: 99 }, {}, 'doubt'],
    ['admission_date', { 'eight-digits': 60 }, {}, 'date'],
    ['x', { 'eight-digits': 60 }, {}, 'doubt'],
    ['x', { 'eight-digits': 1 }, { values: 1_000 }, 'none'],
    ['x', { 'perhaps-date': 1 }, { values: 1_000 }, 'doubt'],
    ['patientAge', { 'age-over': 1 }, {}, 'age'],
    ['patientAge', { 'age-within': 100 }, {}, 'none'],
    ['age_months', { 'age-over': 1 }, {}, 'doubt'],
    ['stage', { 'age-over': 1 }, {}, 'none'],
    ['zip_code', { zip: 1 }, {}, 'zip'],
    ['zip5', { zip: 1 }, {}, 'zip'],
    ['ZipCode', { 'three-digits': 100 }, {}, 'none'],
    ['zip', { 'three-digits': 99 }, {}, 'doubt'],
    ['x', { zip: 100 }, {}, 'none'],
    ['x', { 'state-and-zip': 1 }, {}, 'zip'],
    ['phone', { 'ten-digits': 60 }, {}, 'phone'],
    ['x', { 'ten-digits': 60, 'long-number': 60 }, {}, 'doubt'],
    ['fax', {}, {}, 'doubt'],
    ['ssn', { 'nine-digits': 50 }, {}, 'ssn'],
    ['x', { ssn: 1 }, {}, 'ssn'],
    ['x', { email: 1 }, {}, 'email'],
    ['x', { 'at-sign': 1 }, {}, 'doubt'],
    ['x', { url: 1 }, {}, 'url'],
    ['x', { 'ip-address': 1 }, {}, 'doubt'],
    ['client_ip', { 'ip-address': 1 }, {}, 'ip-address'],
    ['x', {}, { type: 'inet' }, 'ip-address'],
    ['x', {}, { type: 'macaddr' }, 'device'],
    ['x', {}, { isBytes: true }, 'doubt'],
    ['x', {}, { isBytes: true, values: 0 }, 'none'],
    ['x', {}, { longer: 1 }, 'doubt'],
    ['x', { 'card-numbers': 50, digits: 100 }, {}, 'card-number'],
    ['last_name', {}, {}, 'doubt'],
    ['city', {}, {}, 'doubt'],
    ['drug_name', {}, {}, 'none'],
  ] as const)('%s with %j %j: %s', (column, counts, given, expected) => {
    expect(found(column, counts, given)).toBe(expected);
  });

  test('of a limited data set may hold dates, ages, towns and ZIP codes', () => {
    const of = (column: string, counts: Counts, type = 'text') =>
      identifiersIn(reading(column, counts, { type }), 'limited-data-set');
    for (const one of [
      of('birth_date', { date: 100, 'within-year': 100, 'born-before': 100 }, 'date'),
      of('admission_date', { date: 100, 'perhaps-date': 1, 'eight-digits': 1 }),
      of('age', { 'age-over': 100 }),
      of('zip', { zip: 100 }),
      of('city', {}),
    ])
      expect(one).toEqual({ found: [] });
    expect(of('x', { email: 1 }).found).toEqual(['email']);
    expect(of('street', {}).doubt).toMatch(/no form of its own/);
  });
});
