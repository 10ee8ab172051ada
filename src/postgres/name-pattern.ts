/**
 * What can be told from the text of a regular expression of pg_ident.conf (PostgreSQL, "Regular Expressions"), without
 * its slash.
 */

/** Anchored at both ends, with no alternative beside them: those in groups are within the anchors. */
export function matchesWhole(expression: string): boolean {
  const outside = withoutGroups(plain(expression));
  return outside.startsWith('^') && outside.endsWith('$') && !outside.includes('|');
}

/** It asks for no certain text: `^.*$`, `^[a-z]+$`, `^(.*|dba)$`. */
export const matchesAnything = (expression: string): boolean => !asksForText(reduced(plain(expression)));

/** Beside what its first group captures, some names are alike to it: `^(.*)@.*$`. */
export function repeatsBesideCapture(expression: string): boolean {
  const text = plain(expression);
  const first = text.search(/\((?!\?)/);
  const rest = first === -1 ? text : text.slice(0, first) + text.slice(groupEnd(text, first));
  return /[.)][*+{]/.test(rest);
}

/** Letters stand for letters, and a dot for one of several: classes, sets and escapes are these. */
const plain = (expression: string): string =>
  expression
    .replace(/\[\.\]|\[[^\]^\\]\]/g, 'x')
    .replace(/\\[dswDSW]/g, '.')
    .replace(/\\./gs, 'x')
    .replace(/\[\^?\]?(\[:\w+:\]|[^\]])*\]/g, '.');

function withoutGroups(expression: string): string {
  const fewer = expression.replace(/\([^()]*\)/g, '');
  return fewer === expression ? fewer : withoutGroups(fewer);
}

/** Each group as a letter where every alternative of it asks for text, else as a dot. */
function reduced(expression: string): string {
  const fewer = expression.replace(/\((?:\?[:=!])?([^()]*)\)/g, (_, inner: string) =>
    inner.split('|').every(asksForText) ? 'x' : '.',
  );
  return fewer === expression ? fewer : reduced(fewer);
}

const asksForText = (text: string): boolean =>
  text
    .replace(/.(?:[*?]|\{0[^}]*\})/g, '')
    .replace(/\{[^}]*\}/g, '')
    .replace(/[.^$+?]/g, '') !== '';

function groupEnd(text: string, first: number): number {
  let depth = 0;
  for (let at = first; at < text.length; at++) {
    if (text[at] === '(') depth++;
    if (text[at] === ')' && --depth === 0) return at + 1;
  }
  return text.length;
}
