import { clipped, visible } from './visible.ts';

/** Ranges whose characters take two columns of a terminal (East Asian wide, emoji). */
const wide: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f000, 0x1faff],
  [0x20000, 0x3fffd],
];

/** Columns that visible text takes at most: combining marks are counted too, so a line can only be shorter. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += columnsOfCharacter(character);
  return columns;
}

function columnsOfCharacter(character: string): number {
  const codePoint = character.codePointAt(0) ?? 0;
  return wide.some(([from, to]) => codePoint >= from && codePoint <= to) ? 2 : 1;
}

/** One line from anywhere, visible, cut to `width` columns with `…` where it was longer. */
export function fitted(text: string, width: number): string {
  const line = visible(clipped(text, 1000));
  if (columnsOf(line) <= width) return line;
  let kept = '';
  let columns = 0;
  for (const character of line) {
    columns += columnsOfCharacter(character);
    if (columns > width - 1) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

/** Text broken at blanks into at most `limit` lines that are indented by two; the last is cut where it is longer. */
export function folded(text: string, width: number, limit: number): readonly string[] {
  const available = width - 2;
  const lines: string[] = [];
  let rest = visible(clipped(text, 1000));
  while (lines.length + 1 < limit && columnsOf(rest) > available) {
    const line = firstLine(rest, available);
    lines.push(line);
    rest = rest.slice(line.length).trimStart();
  }
  return [...lines, fitted(rest, available)].map((line) => `  ${line.trimEnd()}`);
}

/** Text broken at blanks into at most `limit` lines, all but the first indented by two. */
export function outdented(text: string, width: number, limit: number): readonly string[] {
  return folded(text, width, limit).map((line, index) => (index === 0 ? line.trimStart() : line));
}

function firstLine(text: string, width: number): string {
  let columns = 0;
  let end = 0;
  let blank = 0;
  for (const character of text) {
    columns += columnsOfCharacter(character);
    if (columns > width) break;
    end += character.length;
    if (character === ' ') blank = end;
  }
  return text.slice(0, blank === 0 ? end : blank);
}
