/**
 * Values of settings as people write them, brought to the form in which pg_settings shows them (PostgreSQL, "Parameter
 * Names and Values"). Undefined: not a value that we understand, so nothing is said of it.
 */
export type ReadValue = (text: string) => string | undefined;

export const wordOf: ReadValue = (text) => text.trim().toLowerCase();

/** A boolean is any beginning of a word that is a beginning of no other; one letter of `on` and `off` is both. */
export const switchOf: ReadValue = (text) => {
  const word = wordOf(text) ?? '';
  if (word === '') return undefined;
  if (['true', 'yes', '1'].some((known) => known.startsWith(word)) || word === 'on') return 'on';
  const off = ['false', 'no', '0'].some((known) => known.startsWith(word)) || ['of', 'off'].includes(word);
  return off ? 'off' : undefined;
};

const amount = /^([+-]?(?:0x[0-9a-f]+|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?))\s*([a-z]*)$/i;

/** Whole numbers as in C: octal after a zero, hexadecimal after 0x. NaN: no number. */
function numberIn(text: string): number {
  const [, sign = '', digits = ''] = /^([+-]?)(0\d+|0x[0-9a-f]+)$/i.exec(text) ?? [];
  if (digits === '') return text === '' ? Number.NaN : Number(text);
  const value = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : hexadecimalIn(digits);
  return sign === '-' ? -value : value;
}

const hexadecimalIn = (digits: string): number => (/x/i.test(digits) ? Number(digits) : Number.NaN);

/** The nearest whole number; of two, the even one. */
function rounded(value: number): number {
  const below = Math.floor(value);
  const above = value - below;
  return above > 0.5 || (above === 0.5 && below % 2 !== 0) ? below + 1 : below;
}

/**
 * A number with or without a unit; `units`: how many of the setting's own each is. A part of a unit is rounded to the
 * unit below it, and then to the setting's own.
 */
const amountOf =
  (units: Readonly<Record<string, number>>): ReadValue =>
  (text) => {
    const [, number = '', unit = ''] = amount.exec(text.trim()) ?? [];
    const factor = unit === '' ? 1 : Object.hasOwn(units, unit) ? (units[unit] ?? Number.NaN) : Number.NaN;
    const smaller = Object.values(units).filter((one) => unit !== '' && one < factor);
    const value = numberIn(number) * factor;
    const step = Math.max(...smaller);
    const whole = rounded(smaller.length === 0 ? value : rounded(value / step) * step);
    return Number.isSafeInteger(whole) ? String(whole) : undefined;
  };

export const millisecondsOf = amountOf({
  us: 0.001,
  ms: 1,
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
});
export const bytesOf = amountOf({ B: 1, kB: 1024, MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4 });
export const kilobytesOf = amountOf({ B: 1 / 1024, kB: 1, MB: 1024, GB: 1024 ** 2, TB: 1024 ** 3 });
export const numberOf = amountOf({});

/** A part of one, which has no unit. */
export const rateOf: ReadValue = (text) => {
  const [, number = '', unit = ''] = amount.exec(text.trim()) ?? [];
  return number === '' || unit !== '' ? undefined : String(Number(number));
};

/** The members of a list, which may stand in quotes. */
export const membersOf = (text: string): readonly string[] =>
  text
    .split(',')
    .map((member) => member.trim().replace(/^"(.*)"$/, '$1'))
    .filter((member) => member !== '');

/** A library by the name that it is asked for: one of the server's own folder stands without folder and ending. */
export const librariesOf = (text: string): readonly string[] =>
  membersOf(text).map((member) => member.replace(/^\$libdir\/(?:plugins\/)?/, '').replace(/\.so$/, ''));

/** Classes of statements that pgaudit tells apart. */
const auditClasses = ['ddl', 'function', 'misc', 'misc_set', 'read', 'role', 'write'] as const;

/** The classes that a value of pgaudit.log comes to: its members one after the other, a minus takes away. */
export function auditClassesOf(text: string): readonly string[] {
  const classes = new Set<string>();
  for (const member of membersOf(text.toLowerCase())) {
    const name = member.replace(/^-/, '');
    const meant = name === 'all' ? auditClasses : auditClasses.filter((known) => known === name);
    for (const one of meant) {
      if (member.startsWith('-')) classes.delete(one);
      else classes.add(one);
    }
  }
  return [...classes].sort();
}
