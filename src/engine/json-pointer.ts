/** A JSON pointer (RFC 6901) one token further down: a member's name, or an index. */
export function appendToken(pointer: string, token: string): string {
  return `${pointer}/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** The tokens of a JSON pointer; none for the whole document. */
export function tokensOf(pointer: string): readonly string[] {
  const escaped = pointer.split('/').slice(1);
  return escaped.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}
