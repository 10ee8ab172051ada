import { createHash } from 'node:crypto';
import type { Derivation } from '../model/index.ts';
import { headLength, markOf, textMark } from './marks.ts';

const algorithms = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sha3-256', 'sha3-512'] as const;

const digestOf = (algorithm: string, bytes: string | Buffer): Buffer =>
  createHash(algorithm).update(bytes).digest();

/** Digests without a key that anybody can make of a text. */
const digests: readonly (readonly [by: string, of: (text: string) => Buffer])[] = algorithms.flatMap(
  (name) => [
    [name, (text: string) => digestOf(name, text)] as const,
    [`${name} of ${name} in hex`, (text: string) => digestOf(name, digestOf(name, text).toString('hex'))],
    [`${name} of ${name} in bytes`, (text: string) => digestOf(name, digestOf(name, text))],
  ],
);

const groups = /^([0-9]{4})([0-9]{6})([0-9]{5})$/;

/** How one writes it: as it is, in one case, without blanks and hyphens, in groups, and with the line break of `echo`. */
function spellingsOf(value: string): readonly string[] {
  const trimmed = value.trim();
  const bare = trimmed.replace(/[\s-]/g, '');
  const parts = groups.exec(bare)?.slice(1) ?? (/^[0-9]+$/.test(bare) ? (bare.match(/.{1,4}/g) ?? []) : []);
  const grouped = parts.length > 1 ? [' ', '-'].map((sign) => parts.join(sign)) : [];
  const spelled = [value, trimmed, bare, ...grouped].flatMap((one) => [
    one,
    one.toLowerCase(),
    one.toUpperCase(),
  ]);
  return [...new Set(spelled)].flatMap((one) => [one, `${one}\n`]);
}

/** Whatever can be made of values without a key, each once: the values themselves, and digests of them. */
export function derivationsOf(values: readonly string[]): readonly Derivation[] {
  const marks = new Map<string, string>();
  const add = (by: string, mark: string): void => {
    if (!marks.has(mark)) marks.set(mark, by);
  };
  for (const spelling of values.flatMap(spellingsOf)) {
    add('the value itself', textMark(spelling));
    add('the value itself, encoded', markOf('bytes', Buffer.from(spelling, 'utf8').toString('hex')));
    for (const [by, of] of digests)
      add(by, markOf('head', of(spelling).toString('hex').slice(0, headLength)));
  }
  return [...marks].map(([mark, by]) => ({ by, mark }));
}
