/**
 * First digits and lengths that brands give out (ISO/IEC 7812-1 issuer identification numbers, as the brands publish
 * them), as regular expressions that JavaScript and PostgreSQL read alike.
 */
const brands = [
  '4([0-9]{12}|[0-9]{15}|[0-9]{18})',
  '5[1-5][0-9]{14}',
  '2(22[1-9]|2[3-9][0-9]|[3-6][0-9]{2}|7[01][0-9]|720)[0-9]{12}',
  '3[47][0-9]{13}',
  '(6011|64[4-9][0-9]|65[0-9]{2})[0-9]{12,15}',
  '35(2[89]|[3-8][0-9])[0-9]{12,15}',
  '(30[0-5][0-9]|3095|3[689][0-9]{2})[0-9]{10,15}',
  '62[0-9]{14,17}',
  '(5018|5020|5038|5893|6304|6759|676[1-3])[0-9]{8,15}',
];

/** Of digits alone: a number that some brand could have given out. */
export const cardRange = `^(${brands.join('|')})$`;

/**
 * Thirteen to nineteen digits, or as they are embossed: in groups of four, or of four, six and five, between blanks or
 * hyphens.
 */
export const digitRun =
  '(?<![0-9A-Za-z])([0-9]{13,19}|[0-9]{4}[ -][0-9]{4}[ -][0-9]{4}[ -][0-9]{1,7}|3[47][0-9]{2}[ -][0-9]{6}[ -][0-9]{5})(?![0-9A-Za-z])';

/**
 * Thirteen digits and more, in whatever groups: between them stands any number of blanks and dashes of any script, dots,
 * commas and slashes, which is whatever is no other printable character of ASCII. A value without them holds no card
 * number in plain digits.
 */
export const digitRich = '[0-9]([^!-+0-~]*[0-9]){12}';

/** The same in bytes, in hex, whatever else lies around it: ASCII, UTF-8, and UTF-16, whose other bytes are zero. */
export const digitRichBytes =
  '3[0-9]((0[0-9a-f]|20|2[c-f]|a0|[c-e][0-9a-f]([89ab][0-9a-f]){1,2})*3[0-9]){12}';

/** A number that some brand could have given out, in whatever groups: its last digit is right by Luhn's test. */
export function isCardNumber(text: string): boolean {
  const digits = text.replace(/[ -]/g, '');
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const weighted = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (weighted > 9 ? weighted - 9 : weighted);
  }, 0);
  return new RegExp(cardRange).test(digits) && sum % 10 === 0;
}
