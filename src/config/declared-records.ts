import {
  type DeclaredField,
  type DeclaredRequests,
  dotted,
  type RecordField,
  type RecordKind,
  type RequestKind,
  recordFields,
} from '../model/index.ts';
import { namesOf } from './column-name.ts';
import { refusalOf } from './refusal.ts';
import type { YamlPath } from './yaml.ts';

/** A table of records under `data.records`. */
export interface RawRecords {
  readonly table: string;
  readonly kind: RecordKind;
  readonly columns: Readonly<Partial<Record<RecordField, string>>>;
}

/** A table of requests under `data.requests`. */
export interface RawRequests {
  readonly table: string;
  readonly kind: RequestKind;
  readonly received: string;
  readonly answered: string;
  readonly extended?: string;
  readonly 'time-zone'?: string;
}

/** The place of a key below `data`. */
type Place = (...steps: YamlPath) => string;

const refusal = refusalOf('ERR_CONFIG');

/** @throws AssayError ERR_CONFIG for a field that is missing or of another kind, and a table that stands there twice */
export function recordsOf(raw: readonly RawRecords[], place: Place): readonly DeclaredField[] {
  const tables = new Set<string>();
  return raw.flatMap(({ table, kind, columns }, index) => {
    const at: Place = (...steps) => place('records', index, ...steps);
    const names = namesOf(table, 3, 'database.schema.table', at('table'));
    refuseRepeated(tables, dotted(names), at('table'), 'table');
    refuseForeign(kind, columns, at);
    const [database, schema] = names;
    return recordFields[kind].map((field) => {
      const name = columns[field];
      if (name === undefined)
        throw refusal(
          at('columns'),
          `expected a column for each of ${recordFields[kind].join(', ')}, got none for ${field}`,
          'name the column in which each record says it: what has none cannot be on record',
        );
      return { kind, field, database, schema, table: names[2], column: oneName(name, at('columns', field)) };
    });
  });
}

function refuseForeign(kind: RecordKind, columns: RawRecords['columns'], at: Place): void {
  const known: readonly string[] = recordFields[kind];
  const foreign = Object.keys(columns).find((field) => !known.includes(field));
  if (foreign === undefined) return;
  throw refusal(
    at('columns', foreign),
    `expected one of ${known.join(', ')}, got ${foreign}`,
    `leave it out: ${kind} are not asked for it`,
  );
}

/** @throws AssayError ERR_CONFIG for a kind that stands there twice */
export function requestsOf(raw: readonly RawRequests[], place: Place): readonly DeclaredRequests[] {
  const kinds = new Set<string>();
  return raw.map(({ table, kind, received, answered, extended, 'time-zone': timeZone = 'UTC' }, index) => {
    const at = (key: string): string => place('requests', index, key);
    refuseRepeated(kinds, kind, at('kind'), 'kind');
    const [database, schema, name] = namesOf(table, 3, 'database.schema.table', at('table'));
    return {
      ...{ kind, database, schema, table: name },
      received: oneName(received, at('received')),
      answered: oneName(answered, at('answered')),
      timeZone,
      ...(extended === undefined ? {} : { extended: oneName(extended, at('extended')) }),
    };
  });
}

function refuseRepeated(seen: Set<string>, name: string, place: string, what: string): void {
  if (seen.has(name))
    throw refusal(place, `expected each ${what} once, got one again`, 'leave one of the two out');
  seen.add(name);
}

const oneName = (text: string, place: string): string => namesOf(text, 1, 'a column', place)[0];
