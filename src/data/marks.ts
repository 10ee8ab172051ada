import { createHash } from 'node:crypto';

/**
 * `text`: a value, whatever its case and the blanks around it. `key`: one as it stands. `bytes`, `head`: all that a value
 * decodes to, in hex, and the first of it.
 */
export const markKinds = ['text', 'key', 'bytes', 'head'] as const;
export type MarkKind = (typeof markKinds)[number];

/** Hex digits of a mark. */
export const markLength = 32;

/** Hex digits that a digest is told by: it may be truncated to them. */
export const headLength = 16;

/** What is hashed for a mark begins so: no mark is a digest that somebody stores. */
export const labelOf = (kind: MarkKind): string => `assay ${kind} `;

/** What is kept of a value that a test record holds: enough to compare others with it. */
export const markOf = (kind: MarkKind, text: string): string =>
  createHash('sha256')
    .update(labelOf(kind) + text, 'utf8')
    .digest('hex')
    .slice(0, markLength);

/** A value as `text` marks have it. */
const folded = (text: string): string =>
  text.replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, '').replace(/[A-Z]/g, (letter) => letter.toLowerCase());

export const textMark = (text: string): string => markOf('text', folded(text));
