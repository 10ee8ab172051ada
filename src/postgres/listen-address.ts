import { membersOf } from './setting-value.ts';

/** Members of listen_addresses, numbers in their usual form. */
export const listenAddressesOf = (text: string): readonly string[] => membersOf(text).map(listenAddressOf);

/**
 * A number as the server's host reads it (inet_aton(3), RFC 4291): `0`, `0.0` and `0x0` are 0.0.0.0, `::0` is `::`. What
 * looks like one and is none stands for every address too, for nobody can say what the host makes of it. A name stays.
 */
export function listenAddressOf(member: string): string {
  const text = member.toLowerCase();
  if (text.includes(':')) return /^[0:]*(ffff:)?[0:.]*(%.*)?$/.test(text) ? '::' : text;
  const parts = text.split('.');
  return parts.every((part) => /^(0x[0-9a-f]*|[0-9]*)$/.test(part)) ? dotted(parts) : text;
}

const everyAddress = '0.0.0.0';

/** The last part fills the bytes that those before it leave. */
function dotted(parts: readonly string[]): string {
  const numbers = parts.map(numberOfPart);
  const last = numbers.at(-1) ?? Number.NaN;
  const before = numbers.slice(0, -1);
  const fits = before.every((one) => one <= 255) && last < 256 ** (5 - parts.length);
  if (parts.length > 4 || !fits) return everyAddress;
  const value = before.reduce((sum, one, index) => sum + one * 256 ** (3 - index), last);
  return [3, 2, 1, 0].map((place) => Math.floor(value / 256 ** place) % 256).join('.');
}

/** Hexadecimal after 0x, octal after 0. NaN: no number. */
function numberOfPart(part: string): number {
  if (part === '') return Number.NaN;
  if (part.startsWith('0x')) return Number(part);
  if (!part.startsWith('0')) return Number(part);
  return /^[0-7]+$/.test(part) ? Number.parseInt(part, 8) : Number.NaN;
}
