import { refusalOf } from './refusal.ts';

const refusal = refusalOf('ERR_CONFIG');

type Names = readonly [string, string, string, string];

/** A word, or a name in double quotes in which a quote stands twice. */
const oneName = /(?:"((?:[^"\p{Cc}]|"")+)"|([^".\s\p{Cc}]+))(\.|$)/uy;

/** The bytes of a name, at most (NAMEDATALEN, less the one that ends it). */
const longestNameBytes = 63;

/**
 * The names in `database.schema.table`: nothing is folded.
 *
 * @throws AssayError ERR_CONFIG with the place
 */
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
