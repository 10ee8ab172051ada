import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cardRange, digitRich, digitRichBytes, digitRun } from '../../src/data/card-numbers.ts';
import { forms } from '../../src/data/forms.ts';

const form = (name: string): RegExp => new RegExp(forms.find((each) => each.form === name)?.pattern ?? 'x^');
const runsIn = (text: string): readonly string[] =>
  [...text.matchAll(new RegExp(digitRun, 'g'))].map(([, run = '']) => run.replace(/[ -]/g, ''));

describe('a card number', () => {
  test.each([
    ['4111111111111111', ['4111111111111111']],
    ['paid with 4111 1111 1111 1111 12/27', ['4111111111111111']],
    ['4111-1111-1111-1111', ['4111111111111111']],
    ['3782 822463 10005', ['378282246310005']],
    ['{"card":"4222222222222"}', ['4222222222222']],
    ['x4111111111111111', []],
    ['411111111111', []],
    ['41111111111111111111', []],
    ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', []],
    ['550e8400-e29b-41d4-a716-446655440000', []],
  ])('in %s', (text, expected) => {
    expect(runsIn(text)).toEqual(expected);
  });

  test.each([
    ['4222222222222', true],
    ['2720999999999996', true],
    ['2721000000000000', false],
    ['36700102000000', true],
    ['6759649826438453', true],
    ['7700000000007919', false],
    ['9000000000104729', false],
    ['34343434343434', false],
  ])('%s lies in a range: %s', (number, expected) => {
    expect(new RegExp(cardRange).test(number)).toBe(expected);
  });
});

/** A number as no pattern of card numbers has it. */
const scattered = [
  '4111.1111.1111.1111',
  '4111\u00a01111\u00a01111\u00a01111',
  '4111  1111  1111  1111',
  '4111 - 1111 - 1111 - 1111',
  '411111 1111111111',
  '4111-11-1111111111',
  '4,111,111,111,111,111',
  '4111/1111/1111/1111',
  '4111\u20131111\u20111111\u22121111',
  '4111\u202f1111\u30001111\u20091111',
  'x4111111111111111y',
];

describe('digits enough for a card number', () => {
  test.each(scattered)('stand in %j, and in its bytes', (value) => {
    expect(new RegExp(digitRich).test(value)).toBe(true);
    expect(new RegExp(digitRichBytes).test(Buffer.from(value).toString('hex'))).toBe(true);
    if (!/[\u2000-\uffff]/.test(value))
      expect(new RegExp(digitRichBytes).test(Buffer.from(value, 'utf16le').toString('hex'))).toBe(true);
  });

  test.each([
    '411111******1111',
    '4111 11** **** 1111',
    '411111111111',
    '2026-11-20 16:24:49.123456+00',
    '+1 (415) 555-2671',
  ])('do not stand in %s', (value) => expect(new RegExp(digitRich).test(value)).toBe(false));
});

describe('a form', () => {
  test.each([
    ['track', ';4111111111111111=27121011234567890?', true],
    ['track', '%B4111111111111111^DOE/JANE^27121011234567890?', true],
    ['track', '4111111111111111=27', false],
    ['track', '4111111111111111=27131011', false],
    ['ssn', '078-05-1120', true],
    ['ssn', 'her number is 078-05-1120.', true],
    ['ssn', '000-05-1120', false],
    ['ssn', '666-05-1120', false],
    ['ssn', '900-05-1120', false],
    ['ssn', '078-00-1120', false],
    ['ssn', '1-078-05-1120', false],
    ['email', 'a.b+c@mail.example.org', true],
    ['email', 'a@b', false],
    ['masked', '411111******1111', true],
    ['masked', '4111 11** **** 1111', true],
    ['masked', '************1111', true],
    ['masked', 'xxxx', false],
    ['masked', '4111111111111111', false],
    ['masked-beyond', '411111******1111', false],
    ['masked-beyond', '41111111****1111', false],
    ['masked-beyond', '411111111***1111', true],
    ['masked-beyond', '411111*****11111', true],
    ['masked-beyond', '378282*****0005', false],
    ['masked-beyond', '3782822****0005', true],
    ['masked-beyond', '3782 822*** *0005', true],
    ['masked-beyond', '4111 1111 **** 1111', false],
    ['envelope-bytes', 'c30d04070302a1b2', true],
    ['envelope-bytes', 'c1c04c03a1b2', true],
    ['envelope-bytes', '3082010206092a864886f70d010703', true],
    ['envelope-bytes', 'ffd8ffe000104a464946', false],
    ['envelope-text', 'vault:v1:8SDd3WHDOjf7mq69CyCqYjBXAiQQAVZRkFM13ok481zoCmHnSeDX9vyf', true],
    ['envelope-text', 'eyJhbGciOiJkaXIifQ..aaaa.bbbb.cccc', true],
    ['envelope-text', 'eyJhbGciOiJkaXIifQ.eyJzdWIiOiIxIn0.cccc', false],
    ['signed-token', 'eyJhbGciOiJkaXIifQ.eyJzdWIiOiIxIn0.cccc', true],
    ['password-hash', '$2b$12$abcdefghijklmnopqrstuv', true],
    ['private-key', '-----BEGIN EC PRIVATE KEY-----', true],
    ['private-key', '-----BEGIN PUBLIC KEY-----', false],
  ])('%s: %s is %s', (name, value, expected) => {
    expect(form(name).test(value)).toBe(expected);
  });

  test('of a masked number goes by the digits that are left, wherever blanks stand', () => {
    const parts = fc.record({ first: fc.nat(12), hidden: fc.integer({ min: 1, max: 12 }), last: fc.nat(8) });
    fc.assert(
      fc.property(parts, fc.constantFrom('*', 'X', '#'), ({ first, hidden, last }, sign) => {
        const value = `${'4'.repeat(first)}${sign.repeat(hidden)}${'1'.repeat(last)}`;
        const may = first + hidden + last >= 16 ? 8 : 6;
        expect(form('masked').test(value)).toBe(first + last > 0);
        expect(form('masked-beyond').test(value)).toBe(first > may || last > 4);
      }),
    );
  });

  test('is decided in time that goes with the length of a value', () => {
    const long = ['4', ' ', '-', '*', 'a@', 'a.', '4 '].map((sign) => sign.repeat(4096 / sign.length));
    for (const pattern of [...forms.map((each) => each.pattern), digitRich, digitRichBytes])
      for (const value of long) expect(new RegExp(pattern).test(value)).toBeTypeOf('boolean');
  });
});
