/** What a column holds, as its owner declares it; `secret`: passwords, tokens, keys. */
export const dataClasses = [
  'pan',
  'cvv',
  'track',
  'pin',
  'ssn',
  'email',
  'phone',
  'birth-date',
  'phi',
  'secret',
] as const;
export type DataClass = (typeof dataClasses)[number];

/** Of them sensitive authentication data. */
export const authenticationClasses: readonly DataClass[] = ['cvv', 'track', 'pin'];

/** How the values of a column are kept from whoever reads them. */
export const protections = ['encrypted', 'hashed', 'tokenised', 'truncated'] as const;
export type Protection = (typeof protections)[number];

/** Names as the catalogue has them: nothing is folded. */
export interface TableName {
  readonly database: string;
  readonly schema: string;
  readonly table: string;
}

export interface ColumnName extends TableName {
  readonly column: string;
}

export interface DeclaredColumn extends ColumnName {
  readonly class: DataClass;
  /** Absent: not declared. */
  readonly protection?: Protection;
  /** Sensitive authentication data that is kept until a payment is authorised, and no longer. */
  readonly untilAuthorisation?: true;
}

export interface DeclaredRetention extends ColumnName {
  /** Rows whose `column`, a date or a timestamp, is older than this are to be gone. */
  readonly maximumAgeDays: number;
}

/** By which of the two ways of 45 CFR 164.514 identifiers were taken out of a table: (b)(2), (e)(2). */
export const deidentifications = ['safe-harbour', 'limited-data-set'] as const;
export type Deidentification = (typeof deidentifications)[number];

export interface DeclaredDeidentified extends TableName {
  readonly method: Deidentification;
}

/** What the owner of a database says that it holds. */
export interface DataStore {
  readonly columns: readonly DeclaredColumn[];
  readonly retention: readonly DeclaredRetention[];
  /** Tables without identifiers of persons. */
  readonly deidentified: readonly DeclaredDeidentified[];
  /** `rows` absent: every row of a column is read. */
  readonly sample: { readonly rows?: number; readonly seed: number };
  /** The database lies on media that are carried about. */
  readonly removableMedia: boolean;
  /** What is said of the volume; absent: nothing is. */
  readonly volumeEncrypted?: boolean;
}

/** `clinic.public.visits`: a name that is no plain word stands in double quotes, as in SQL. */
export function dotted(names: readonly string[]): string {
  return names
    .map((name) => (/^[A-Za-z_][\w$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`))
    .join('.');
}

export const columnPath = ({ database, schema, table, column }: ColumnName): string =>
  dotted([database, schema, table, column]);

export const tablePath = ({ database, schema, table }: TableName): string =>
  dotted([database, schema, table]);
