import {
  authenticationClasses,
  type ConstraintKind,
  columnPath,
  type DataClass,
  type DataStore,
  type DeclaredColumn,
  type DeclaredConstraints,
  type DeclaredDeidentified,
  type DeclaredRetention,
  type Deidentification,
  type Protection,
  tablePath,
} from '../model/index.ts';
import { columnNameOf, namesOf, once, singleNameOf } from './column-name.ts';
import { type RawRecords, type RawRequests, recordsOf, requestsOf } from './declared-records.ts';
import { refusalOf } from './refusal.ts';
import { type RawTestRecords, testRecordsOf } from './test-records.ts';
import type { YamlPath, YamlSource } from './yaml.ts';

/** `data:` of a target. */
export interface RawData {
  readonly columns?: readonly {
    readonly column: string;
    readonly class: DataClass;
    readonly protection?: Protection;
    readonly 'until-authorisation'?: true;
    readonly purpose?: string;
  }[];
  readonly retention?: readonly {
    readonly table: string;
    readonly timestamp: string;
    readonly 'max-age-days': number;
  }[];
  readonly records?: readonly RawRecords[];
  readonly requests?: readonly RawRequests[];
  readonly constraints?: readonly { readonly column: string; readonly must: readonly ConstraintKind[] }[];
  readonly 'de-identified'?: readonly { readonly table: string; readonly method: Deidentification }[];
  readonly sample?: { readonly rows?: number | 'all'; readonly seed?: number };
  readonly 'removable-media'?: boolean;
  readonly 'volume-encrypted'?: boolean;
  readonly 'test-records'?: RawTestRecords;
}

const refusal = refusalOf('ERR_CONFIG');

const usualRows = 500;

/** Throws ERR_CONFIG with the place of a name that is none, or that stands there twice. */
export function dataOf(raw: RawData | undefined, path: YamlPath, source: YamlSource): DataStore | undefined {
  if (raw === undefined) return undefined;
  const { columns = [], retention = [], records, requests, constraints, sample = {} } = raw;
  const { 'de-identified': deidentified = [] } = raw;
  const { rows = usualRows, seed = 1 } = sample;
  const place = (...steps: YamlPath): string => source.at([...path, 'data', ...steps]);
  const volumeEncrypted = raw['volume-encrypted'];
  const testRecords = raw['test-records'];
  return {
    columns: once(
      columns.map((each, index) => columnOf(each, (key) => place('columns', index, key))),
      columnPath,
      (index) => place('columns', index),
      'each column',
    ),
    retention: once(
      retention.map((each, index) => retentionOf(each, (key) => place('retention', index, key))),
      columnPath,
      (index) => place('retention', index),
      'each column',
    ),
    deidentified: once(
      deidentified.map((each, index) => deidentifiedOf(each, place('de-identified', index, 'table'))),
      tablePath,
      (index) => place('de-identified', index),
      'each table',
    ),
    ...(records === undefined ? {} : { records: recordsOf(records, place) }),
    ...(requests === undefined ? {} : { requests: requestsOf(requests, place) }),
    ...(constraints === undefined ? {} : { constraints: constraintsOf(constraints, place) }),
    sample: rows === 'all' ? { seed } : { rows, seed },
    removableMedia: raw['removable-media'] ?? false,
    ...(volumeEncrypted === undefined ? {} : { volumeEncrypted }),
    ...(testRecords === undefined
      ? {}
      : { testRecords: testRecordsOf(testRecords, (...steps) => place('test-records', ...steps)) }),
  };
}

function constraintsOf(
  raw: NonNullable<RawData['constraints']>,
  place: (...steps: YamlPath) => string,
): readonly DeclaredConstraints[] {
  return once(
    raw.map(({ column: path, must }, index) => {
      return { ...columnNameOf(path, place('constraints', index, 'column')), must };
    }),
    columnPath,
    (index) => place('constraints', index),
    'each column',
  );
}

function columnOf(
  raw: NonNullable<RawData['columns']>[number],
  place: (key: string) => string,
): DeclaredColumn {
  const { protection, purpose } = raw;
  const untilAuthorisation = raw['until-authorisation'];
  if (untilAuthorisation) refuseAfter(raw, place('until-authorisation'));
  return {
    ...columnNameOf(raw.column, place('column')),
    class: raw.class,
    ...(protection === undefined ? {} : { protection }),
    ...(untilAuthorisation === undefined ? {} : { untilAuthorisation }),
    ...(purpose === undefined ? {} : { purpose }),
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
  const column = singleNameOf(raw.timestamp, place('timestamp'));
  return { database, schema, table, column, maximumAgeDays: raw['max-age-days'] };
}

function deidentifiedOf(
  { table: name, method }: NonNullable<RawData['de-identified']>[number],
  place: string,
): DeclaredDeidentified {
  const [database, schema, table] = namesOf(name, 3, 'database.schema.table', place);
  return { database, schema, table, method };
}
