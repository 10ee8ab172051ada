/**
 * Code points that would act instead of being seen, or that look like nothing: controls, bidirectional and
 * invisible formatting, variation selectors, blanks of odd widths, surrogates, private use, tags. Ranges and not
 * Unicode properties, whose tables differ between Node versions.
 */
const unseen: readonly (readonly [number, number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x034f, 0x034f],
  [0x061c, 0x061c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x2000, 0x200f],
  [0x2028, 0x202f],
  [0x205f, 0x206f],
  [0x2800, 0x2800],
  [0x3164, 0x3164],
  [0xd800, 0xf8ff],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb],
  [0xfffe, 0xffff],
  [0xe0000, 0x10ffff],
];

const plainAscii = /^[ -~]*$/;

/** `<U+202E>`: how a character that cannot be shown is shown. */
export function codePointName(codePoint: number): string {
  return `<U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}>`;
}

/** One line of text from anywhere, with every character that would not be seen made visible. */
export function visible(text: string): string {
  if (plainAscii.test(text)) return text;
  let shown = '';
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0;
    shown += unseen.some(([from, to]) => codePoint >= from && codePoint <= to)
      ? codePointName(codePoint)
      : character;
  }
  return shown;
}

/** Text that may have line breaks of its own (queries, instructions), as lines that are safe to show. */
export function visibleLines(text: string): readonly string[] {
  return text
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => visible(line.replaceAll('\t', '  ')));
}

/** One line from anywhere, visible and of bounded length. */
export function shown(text: string, limit: number): string {
  return visible(clipped(text, limit));
}

/** At most `limit` code points, saying how many more there are. */
export function clipped(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const codePoints = Array.from(text);
  if (codePoints.length <= limit) return text;
  const more = codePoints.length - limit;
  return `${codePoints.slice(0, limit).join('')}… (${more} more ${more === 1 ? 'character' : 'characters'})`;
}
