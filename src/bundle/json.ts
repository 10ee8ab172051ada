import { depthLimit } from './limits.ts';

/**
 * The one JSON text of a value in `.json` files: keys sorted by code unit, indented by 2, final newline. Members that
 * are `undefined` are left out. Strings that are not well-formed Unicode get U+FFFD where a surrogate stands alone.
 *
 * @throws TypeError for what JSON cannot hold: NaN, infinities, `undefined` in an array, functions, class instances.
 */
export function stableJson(value: unknown): string {
  return `${encode(value, '\n', 0)}\n`;
}

/** The one JSON text of a value as a line of an ndjson file: as `stableJson`, without blanks; ends in a newline. */
export function stableLine(value: unknown): string {
  return `${encode(value, '', 0)}\n`;
}

function encode(value: unknown, newline: string, depth: number): string {
  if (depth > depthLimit) throw new TypeError(`expected JSON of at most ${depthLimit} levels, got more`);
  if (typeof value === 'string') return encodeString(value);
  if (typeof value === 'boolean' || value === null) return String(value);
  if (typeof value === 'number') return encodeNumber(value);
  if (Array.isArray(value)) return encodeArray(value, newline, depth);
  if (isPlainObject(value)) return encodeObject(value, newline, depth);
  throw new TypeError(`expected a JSON value, got ${describe(value)}`);
}

function encodeString(value: string): string {
  const text = JSON.stringify(value);
  return mayHaveLoneSurrogate(text) ? JSON.stringify(value.replace(/\p{Surrogate}/gu, '\ufffd')) : text;
}

/** JSON.stringify escapes those, and nothing else that way. */
function mayHaveLoneSurrogate(encoded: string): boolean {
  return encoded.includes('\\ud');
}

function encodeNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`expected a finite number, got ${value}`);
  return JSON.stringify(value);
}

function encodeArray(value: readonly unknown[], newline: string, depth: number): string {
  // Array.from also visits the holes of a sparse array, which map would pass over.
  const below = newline && `${newline}  `;
  const members = Array.from(value, (member) => encode(member, below, depth + 1));
  return enclose('[', members, ']', newline);
}

function encodeObject(value: Readonly<Record<string, unknown>>, newline: string, depth: number): string {
  const colon = newline === '' ? ':' : ': ';
  const members: string[] = [];
  const below = newline && `${newline}  `;
  // By code unit, as sort() does of itself.
  for (const key of Object.keys(value).sort()) {
    const name = JSON.stringify(key);
    if (mayHaveLoneSurrogate(name) && /\p{Surrogate}/u.test(key))
      throw new TypeError('expected well-formed keys, got a lone surrogate');
    const member = value[key];
    if (member === undefined) continue;
    members.push(name + colon + encode(member, below, depth + 1));
  }
  return enclose('{', members, '}', newline);
}

function enclose(open: string, members: readonly string[], close: string, newline: string): string {
  if (members.length === 0) return open + close;
  if (newline === '') return open + members.join(',') + close;
  return `${open}${newline}  ${members.join(`,${newline}  `)}${newline}${close}`;
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function describe(value: unknown): string {
  return typeof value === 'object' ? (value?.constructor?.name ?? 'an object') : typeof value;
}
