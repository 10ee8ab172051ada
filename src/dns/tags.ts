/** `name=value` pairs of a record, names in lower case. */
export type Tags = ReadonlyMap<string, string>;

const maxTags = 64;

/**
 * Reads a tag list (RFC 6376 §3.2, RFC 7489 §6.4): pairs between semicolons, blanks around each.
 *
 * @returns undefined where a part is no pair, or a name stands twice
 */
export function parseTags(text: string): Tags | undefined {
  const parts = text.split(';').map((part) => part.trim());
  if (parts.at(-1) === '') parts.pop();
  const tags = new Map<string, string>();
  for (const part of parts) {
    const [, name, value = ''] = /^([a-z][a-z0-9_]*)[ \t\r\n]*=[ \t\r\n]*([\s\S]*)$/i.exec(part) ?? [];
    if (name === undefined || tags.has(name.toLowerCase()) || tags.size === maxTags) return undefined;
    tags.set(name.toLowerCase(), value);
  }
  return tags;
}
