import {
  authenticationClasses,
  columnPath,
  type DataClass,
  type DataStore,
  type DeclaredColumn,
  type DeclaredDeidentified,
  type DeclaredRetention,
  type Deidentification,
  type Protection,
  tablePath,
} from '../model/index.ts';
import { refusalOf } from './refusal.ts';
import type { YamlPath, YamlSource } from './yaml.ts';

/** `data:` of a target. */
export interface RawData {
  readonly columns?: readonly {
    readonly column: string;
    readonly class: DataClass;
    readonly protection?: Protection;
    readonly 'until-authorisation'?: true;
  }[];
  readonly retention?: readonly {
    readonly table: string;
    readonly timestamp: string;
    readonly 'max-age-days': number;
  }[];
  readonly 'de-identified'?: readonly { readonly table: string; readonly method: Deidentification }[];
  readonly sample?: { readonly rows?: number | 'all'; readonly seed?: number };
  readonly 'removable-media'?: boolean;
  readonly 'volume-encrypted'?: boolean;
}

const refusal = refusalOf('ERR_CONFIG');

const usualRows = 500;

/** Throws ERR_CONFIG with the place of a name that is none, or that stands there twice. */
export function dataOf(raw: RawData | undefined, path: YamlPath, source: YamlSource): DataStore | undefined {
  if (raw === undefined) return undefined;
  const { columns = [], retention = [], 'de-identified': deidentified = [], sample = {} } = raw;
  const { rows = usualRows, seed = 1 } = sample;
  const place = (...steps: YamlPath): string => source.at([...path, 'data', ...steps]);
  const volumeEncrypted = raw['volume-encrypted'];
  return {
    columns: once(
      columns.map((each, index) => columnOf(each, (key) => place('columns', index, key))),
      (index) => place('columns', index),
      columnPath,
      'column',
    ),
    retention: once(
      retention.map((each, index) => retentionOf(each, (key) => place('retention', index, key))),
      (index) => place('retention', index),
      columnPath,
      'column',
    ),
    deidentified: once(
      deidentified.map((each, index) => deidentifiedOf(each, place('de-identified', index, 'table'))),
      (index) => place('de-identified', index),
      tablePath,
      'table',
    ),
    sample: rows === 'all' ? { seed } : { rows, seed },
    removableMedia: raw['removable-media'] ?? false,
    ...(volumeEncrypted === undefined ? {} : { volumeEncrypted }),
  };
}

function columnOf(
  raw: NonNullable<RawData['columns']>[number],
  place: (key: string) => string,
): DeclaredColumn {
  const form = 'database.schema.table.column';
  const [database, schema, table, column] = namesOf(raw.column, 4, form, place('column'));
  const { protection } = raw;
  const untilAuthorisation = raw['until-authorisation'];
  if (untilAuthorisation) refuseAfter(raw, place('until-authorisation'));
  return {
    ...{ database, schema, table, column },
    class: raw.class,
    ...(protection === undefined ? {} : { protection }),
    ...(untilAuthorisation === undefined ? {} : { untilAuthorisation }),
  };
}

/** Other data is not bound to a payment, and no other protection will do until it is authorised. */
function refuseAfter(
  { class: dataClass, protection = 'encrypted' }: NonNullable<RawData['columns']>[number],
  place: string,
): void {
  if (authenticationClasses.includes(dataClass) && protection === 'encrypted') return;
  throw refusal(
    place,
    `expected it of ${authenticationClasses.join(', ')} that is encrypted, got ${dataClass}, ${protection}`,
    'leave until-authorisation out, or the protection',
  );
}

function retentionOf(
  raw: NonNullable<RawData['retention']>[number],
  place: (key: string) => string,
): DeclaredRetention {
  const [database, schema, table] = namesOf(raw.table, 3, 'database.schema.table', place('table'));
  const [column] = namesOf(raw.timestamp, 1, 'a column', place('timestamp'));
  return { database, schema, table, column, maximumAgeDays: raw['max-age-days'] };
}

function deidentifiedOf(
  { table: name, method }: NonNullable<RawData['de-identified']>[number],
  place: string,
): DeclaredDeidentified {
  const [database, schema, table] = namesOf(name, 3, 'database.schema.table', place);
  return { database, schema, table, method };
}

type Names = readonly [string, string, string, string];

/** A word, or a name in double quotes in which a quote stands twice. */
const oneName = /(?:"((?:[^"\p{Cc}]|"")+)"|([^".\s\p{Cc}]+))(\.|$)/uy;

/** The bytes of a name, at most (NAMEDATALEN, less the one that ends it). */
const longestNameBytes = 63;

function namesOf(text: string, count: number, form: string, place: string): Names {
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

function once<T>(
  entries: readonly T[],
  place: (index: number) => string,
  nameOf: (entry: T) => string,
  what: string,
): readonly T[] {
  const seen = new Set<string>();
  entries.forEach((entry, index) => {
    const name = nameOf(entry);
    if (seen.has(name))
      throw refusal(place(index), `expected each ${what} once, got one again`, 'leave one of the two out');
    seen.add(name);
  });
  return entries;
}
