import type { ColumnName } from '../model/index.ts';
import { refusalOf } from './refusal.ts';

const refusal = refusalOf('ERR_CONFIG');

type Names = readonly [string, string, string, string];

/** A word, or a name in double quotes in which a quote stands twice. */
const oneName = /(?:"((?:[^"\p{Cc}]|"")+)"|([^".\s\p{Cc}]+))(\.|$)/uy;

/** The bytes of a name, at most (NAMEDATALEN, less the one that ends it). */
const longestNameBytes = 63;

/** The `count` parts of a dotted name. */
export function namesOf(text: string, count: number, form: string, place: string): Names {
  const names: string[] = [];
  let end = '.';
  oneName.lastIndex = 0;
  while (end === '.') {
    const found = oneName.exec(text);
    if (found === null) break;
    const [, quoted, plain = ''] = found;
    names.push(quoted?.replaceAll('""', '"') ?? plain);
    end = found[3] ?? '';
  }
  const isWhole = end === '' && names.length === count;
  if (isWhole && names.every((name) => new TextEncoder().encode(name).length <= longestNameBytes))
    return names as unknown as Names;
  throw refusal(
    place,
    `expected ${form}, got something else`,
    'put a name with dots, blanks or quotes in double quotes, as in SQL; the case is that of the catalogue',
  );
}

export function columnNameOf(text: string, place: string): ColumnName {
  const [database, schema, table, column] = namesOf(text, 4, 'database.schema.table.column', place);
  return { database, schema, table, column };
}

export function singleNameOf(text: string, place: string): string {
  return namesOf(text, 1, 'a column', place)[0];
}

/** @param what is to stand there once: `each column` */
export function once<T>(
  entries: readonly T[],
  nameOf: (entry: T) => string,
  place: (index: number) => string,
  what: string,
): readonly T[] {
  const seen = new Set<string>();
  entries.forEach((entry, index) => {
    const name = nameOf(entry);
    if (seen.has(name))
      throw refusal(place(index), `expected ${what} once, got one again`, 'leave one of the two out');
    seen.add(name);
  });
  return entries;
}
