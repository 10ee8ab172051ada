import { AssayError } from '../model/index.ts';

const remedy = 'save the file as UTF-8 (spreadsheets call it "CSV UTF-8")';

const marks: readonly (readonly [name: string, bytes: readonly number[]])[] = [
  ['UTF-32', [0xff, 0xfe, 0, 0]],
  ['UTF-32', [0, 0, 0xfe, 0xff]],
  ['UTF-16', [0xff, 0xfe]],
  ['UTF-16', [0xfe, 0xff]],
];

/** `file:line:column` of a byte, columns counted in characters as far as the bytes before it are UTF-8. */
function placeOf(file: string, bytes: Uint8Array, offset: number): string {
  const before = bytes.subarray(0, offset);
  const start = before.lastIndexOf(0x0a) + 1;
  const line = before.reduce((count, byte) => (byte === 0x0a ? count + 1 : count), 1);
  const characters = new TextDecoder('utf-8').decode(before.subarray(start));
  return `${file}:${line}:${[...characters].length + 1}`;
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** The first byte that no UTF-8 text has there: the longest valid beginning, found by halving, ends before it. */
function firstInvalid(bytes: Uint8Array): number {
  const mayBegin = (end: number): boolean => {
    try {
      // A beginning may end inside a character: `stream` lets that through.
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, end), { stream: true });
      return true;
    } catch {
      return false;
    }
  };
  let valid = 0;
  let invalid = bytes.length;
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    if (mayBegin(middle)) valid = middle;
    else invalid = middle;
  }
  return beginOf(bytes, valid);
}

/** A character that is not whole is wrong from its first byte on. */
function beginOf(bytes: Uint8Array, end: number): number {
  let start = end;
  while (start > 0 && end - start < 3 && ((bytes[start - 1] ?? 0) & 0xc0) === 0x80) start -= 1;
  const first = bytes[start - 1] ?? 0;
  const length = [0xc0, 0xe0, 0xf0].filter((least) => first >= least).length + 1;
  return length > end - start + 1 ? start - 1 : end;
}

/**
 * The text of a file that must be UTF-8; a byte order mark is taken off.
 *
 * @throws AssayError `code`: `file:line:column expected UTF-8, got …`
 */
export function decodeUtf8(file: string, bytes: Uint8Array, code: string): string {
  const [mark] = marks.find(([, start]) => start.every((byte, index) => bytes[index] === byte)) ?? [];
  if (mark !== undefined) throw new AssayError(code, `${file}:1:1 expected UTF-8, got ${mark}`, { remedy });
  const zero = bytes.indexOf(0);
  if (zero >= 0)
    throw new AssayError(code, `${placeOf(file, bytes, zero)} expected UTF-8 text, got a zero byte`, {
      remedy,
    });
  if (isUtf8(bytes)) return new TextDecoder('utf-8').decode(bytes);
  const at = firstInvalid(bytes);
  const got = `the byte 0x${(bytes[at] ?? 0).toString(16).toUpperCase().padStart(2, '0')} (as in Latin-1 or Windows-1252)`;
  throw new AssayError(code, `${placeOf(file, bytes, at)} expected UTF-8, got ${got}`, { remedy });
}
