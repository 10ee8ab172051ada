import type { Scalar } from 'yaml';

interface Mark {
  /** Where the character begins in the source. */
  readonly start: number;
  /** Where its notation ends: an escape is longer than what it stands for. */
  readonly end: number;
}

const escapedBlank: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', ' ': ' ', '\t': '\t' };
const hexDigits: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t' || character === '\n' || character === '\r';
}

interface Unit {
  readonly decoded: string;
  readonly end: number;
}

/** The text an escape stands for (only whether it is blank and how long it is matter), and its end. */
function readEscape(source: string, at: number): Unit {
  const letter = source[at + 1] ?? '';
  const digits = hexDigits[letter];
  if (digits === undefined) {
    const decoded = letter === '\n' || letter === '\r' ? '' : (escapedBlank[letter] ?? 'x');
    return { decoded, end: at + 2 };
  }
  const end = at + 2 + digits;
  return { decoded: String.fromCodePoint(Number.parseInt(source.slice(at + 2, end), 16) || 0), end };
}

/** What stands at a place of the source, as it reads, and where its notation ends. */
function unitAt(source: string, style: string | undefined, at: number): Unit {
  const character = source[at] ?? '';
  if (style === 'QUOTE_DOUBLE' && character === '\\') return readEscape(source, at);
  return { decoded: character, end: style === 'QUOTE_SINGLE' && character === "'" ? at + 2 : at + 1 };
}

/** Every character of a scalar that is not blank, in order. */
function* marksOf(source: string, style: string | undefined, from: number, to: number): Generator<Mark> {
  for (let start = from; start < to; ) {
    const { decoded, end } = unitAt(source, style, start);
    for (const character of decoded.split('')) if (!isBlank(character)) yield { start, end };
    start = end;
  }
}

function contentRange(source: string, scalar: Scalar): readonly [number, number] {
  const [start, end] = scalar.range ?? [0, 0];
  if (scalar.type === 'QUOTE_DOUBLE' || scalar.type === 'QUOTE_SINGLE') return [start + 1, end - 1];
  if (scalar.type === 'PLAIN') return [start, end];
  // A block scalar's header (`>-`, perhaps with a comment) ends with its line.
  const header = source.indexOf('\n', start);
  return header === -1 ? [end, end] : [header + 1, end];
}

function blanksFrom(source: string, at: number, limit: number): number {
  let count = 0;
  while (count < limit && source[at + count] === ' ') count += 1;
  return count;
}

/**
 * The source offset of the character at `offset` of a scalar's decoded text. Folding, indentation and line breaks
 * change only blanks, so the characters that are not blank stand in the source in the same order.
 */
export function sourceOffset(source: string, scalar: Scalar<string>, offset: number): number {
  const before = scalar.value.slice(0, offset);
  const solid = before.replace(/[ \t\r\n]/g, '').length;
  const [from, to] = contentRange(source, scalar);
  const onSolid = offset < scalar.value.length && !isBlank(scalar.value[offset]);
  let last = from;
  let index = 0;
  for (const mark of marksOf(source, scalar.type, from, to)) {
    if (index === solid && onSolid) return mark.start;
    if (index === solid) break;
    last = mark.end;
    index += 1;
  }
  const trailing = before.length - before.trimEnd().length;
  return last + blanksFrom(source, last, trailing);
}
