import type { ErrorCode } from 'yaml';
import type { AssayError } from '../model/index.ts';

/** The error for something wrong at a source offset. */
export type Refuse = (offset: number, sentence: string) => AssayError;

/**
 * What is wrong, in our words. The parser's own messages quote the source, which may be a secret typed without
 * quotes; these never do.
 */
const sentences: Partial<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'expected an alias alone, got one with an anchor or a tag',
  BAD_ALIAS: 'expected the name of an alias, got none that is allowed',
  BAD_COLLECTION_TYPE: 'expected a tag that fits what it stands before, got another',
  BAD_DIRECTIVE: 'expected no directive, got one (a line that begins with %)',
  BAD_DQ_ESCAPE: 'expected an escape that YAML knows after the backslash, got another',
  BAD_INDENT: 'expected the indentation of what stands above, got another',
  BAD_SCALAR_START: 'expected quotes around a text that begins with this character, got none',
  BLOCK_AS_IMPLICIT_KEY:
    'expected one key and its value, got a second one (a text with ": " in it needs quotes)',
  BLOCK_IN_FLOW: 'expected a list or mapping in brackets, got an indented one inside brackets',
  KEY_OVER_1024_CHARS: 'expected a key of at most 1024 characters, got a longer one',
  MISSING_CHAR: 'expected a colon, quote, comma or bracket that closes what was begun, got none',
  MULTILINE_IMPLICIT_KEY: 'expected a key and its colon on one line, got a line break',
  MULTIPLE_ANCHORS: 'expected one anchor, got several',
  MULTIPLE_TAGS: 'expected one tag, got several',
  RESOURCE_EXHAUSTION: 'expected less nesting, got more than can be read',
  TAB_AS_INDENT: 'expected blanks as indentation, got a tab',
  TAG_RESOLVE_FAILED: 'expected no tag, got one (a text that begins with ! needs quotes)',
  UNEXPECTED_TOKEN: 'expected a key, a list item or a value, got a character that does not belong here',
};

/** One sentence of the form "expected …, got …" for a syntax error. */
export function syntaxSentence(code: ErrorCode): string {
  return sentences[code] ?? 'expected YAML 1.2, got something that cannot be read as such';
}

/** A key as an error may show it: `password:secret`, typed without a blank, is a key too. */
export function shownKey(key: string): string {
  return /^[\w.-]{1,80}$/.test(key) ? `"${key}"` : 'another one';
}
