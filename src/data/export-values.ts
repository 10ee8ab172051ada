import { textMark } from './marks.ts';

/** The marks of every text and number in a JSON document; undefined: it is none. */
export function marksInJson(text: string): ReadonlySet<string> | undefined {
  const marks = new Set<string>();
  const left: unknown[] = [];
  try {
    left.push(JSON.parse(text.replace(/^\uFEFF/, '')));
  } catch {
    return undefined;
  }
  // By a list of what is left: nesting may be as deep as the document is long.
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value === 'string' || typeof value === 'number') marks.add(textMark(String(value)));
    else if (typeof value === 'object' && value !== null)
      for (const member of Object.values(value)) left.push(member);
  }
  return marks;
}
