import type PDFDocument from 'pdfkit';
import { codePointName, visible } from './visible.ts';

interface Glyph {
  readonly hex: string;
  /** In thousandths of the type size. */
  readonly width: number;
}

/** An embedded font: characters are set one by one, so no shaping rule of a font ever runs on a target's text. */
export interface Face {
  readonly id: string;
  readonly reference: unknown;
  readonly glyph: (codePoint: number) => Glyph | undefined;
}

/** What pdfkit keeps of a font, which its type declarations leave out. */
interface EmbeddedFont {
  readonly id: string;
  readonly font: { hasGlyphForCodePoint(codePoint: number): boolean };
  ref(): unknown;
  encode(text: string): readonly [readonly string[], readonly { readonly advanceWidth: number }[]];
}

export function loadFace(doc: InstanceType<typeof PDFDocument>, name: string, bytes: Uint8Array): Face {
  doc.registerFont(name, Buffer.from(bytes)).font(name);
  const font = (doc as unknown as { readonly _font: EmbeddedFont })._font;
  const glyphs = new Map<number, Glyph | undefined>();
  const glyph = (codePoint: number): Glyph | undefined => {
    if (!glyphs.has(codePoint)) glyphs.set(codePoint, encode(font, codePoint));
    return glyphs.get(codePoint);
  };
  return { id: font.id, reference: font.ref(), glyph };
}

function encode(font: EmbeddedFont, codePoint: number): Glyph | undefined {
  if (!isSetOneByOne(codePoint) || !font.font.hasGlyphForCodePoint(codePoint)) return undefined;
  const [hex, positions] = font.encode(String.fromCodePoint(codePoint));
  return { hex: hex.join(''), width: positions.reduce((sum, { advanceWidth }) => sum + advanceWidth, 0) };
}

/** Scripts that read right when their characters are just set beside each other; others come out wrong unshaped. */
function isSetOneByOne(codePoint: number): boolean {
  return codePoint < 0x0590 || (codePoint >= 0x1e00 && codePoint < 0x2c00);
}

/** One line of text from anywhere, as characters that the face has; the others by their number: `<U+4E3B>`. */
export function drawable(face: Face, text: string): string {
  let drawn = '';
  for (const character of visible(text)) {
    const codePoint = character.codePointAt(0) ?? 0;
    drawn += face.glyph(codePoint) === undefined ? codePointName(codePoint) : character;
  }
  return drawn;
}

export function encoded(face: Face, text: string): string {
  let hex = '';
  for (const character of text) hex += face.glyph(character.codePointAt(0) ?? 0)?.hex ?? '';
  return hex;
}

/** Width of drawable text, in points. */
export function widthOf(face: Face, size: number, text: string): number {
  let width = 0;
  for (const character of text) width += face.glyph(character.codePointAt(0) ?? 0)?.width ?? 0;
  return (width * size) / 1000;
}

const softBreaks = '/-.,:=_&?;)';

/** Breaks drawable text into lines: at blanks, else after punctuation, else anywhere. */
export function wrapped(face: Face, size: number, text: string, width: number): readonly string[] {
  const limit = (width * 1000) / size;
  const characters = Array.from(text);
  const lines: string[] = [];
  let start = 0;
  while (start < characters.length) {
    const end = lineEnd(face, characters, start, limit);
    lines.push(characters.slice(start, end).join('').trimEnd());
    start = end;
    while (characters[start] === ' ') start += 1;
  }
  return lines.length === 0 ? [''] : lines;
}

function lineEnd(face: Face, characters: readonly string[], start: number, limit: number): number {
  let width = 0;
  let blank = 0;
  let soft = 0;
  for (let at = start; at < characters.length; at += 1) {
    const character = characters[at] ?? '';
    width += face.glyph(character.codePointAt(0) ?? 0)?.width ?? 0;
    if (character === ' ') blank = at;
    else if (width > limit && at > start) return breakAt(start, at, blank, soft);
    else if (softBreaks.includes(character)) soft = at + 1;
  }
  return characters.length;
}

/** A blank far back in the line would leave it ragged when what follows is one long path or digest. */
function breakAt(start: number, at: number, blank: number, soft: number): number {
  const farBack = blank > start && blank - start < (at - start) / 3 && soft > blank;
  if (blank > start && !farBack) return blank;
  return soft > start ? soft : at;
}
