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
  /** What it is kept for; absent: not declared. */
  readonly purpose?: string;
}

export interface DeclaredRetention extends ColumnName {
  /** Rows whose `column`, a date or a timestamp, is older than this are to be gone. */
  readonly maximumAgeDays: number;
}

/** What each record of a kind has to say. Disclosures: 45 CFR 164.528(b)(2), and whose; consents: GDPR Art. 7(1). */
export const recordFields = {
  consents: ['person', 'time', 'wording', 'means'],
  disclosures: ['person', 'date', 'recipient', 'description', 'purpose'],
} as const;
export type RecordKind = keyof typeof recordFields;
export const recordKinds = Object.keys(recordFields) as readonly RecordKind[];
export type RecordField = (typeof recordFields)[RecordKind][number];

/** The column in which records of a kind say one thing. */
export interface DeclaredField extends ColumnName {
  readonly kind: RecordKind;
  readonly field: RecordField;
}

/** By which law requests of people have to be answered in time. */
export const requestKinds = ['gdpr', 'hipaa-access', 'hipaa-amendment', 'hipaa-accounting'] as const;
export type RequestKind = (typeof requestKinds)[number];

/** A table of requests of one kind, by the columns of its dates. */
export interface DeclaredRequests extends TableName {
  readonly kind: RequestKind;
  readonly received: string;
  readonly answered: string;
  /** When the person was told that it takes longer; absent: no request is ever extended. */
  readonly extended?: string;
  /** Whose days count, by the name that the server knows: `Europe/Berlin`. */
  readonly timeZone: string;
}

/** What the server is to see to in every row: that a column has a value, that it is one of its own, of a list, or of a rule. */
export const constraintKinds = ['not-null', 'unique', 'references', 'checked'] as const;
export type ConstraintKind = (typeof constraintKinds)[number];

export interface DeclaredConstraints extends ColumnName {
  readonly must: readonly ConstraintKind[];
}

/** A row that the owner put there for tests, and a column of it. Of values only marks are kept. */
interface TestRow extends ColumnName {
  /** The column that tells the row, and the mark of what it holds there. */
  readonly key: string;
  readonly keyMark: string;
}

/** What a value may have been made into, and the mark of that. */
export interface Derivation {
  readonly by: string;
  readonly mark: string;
}

/** Whom a digest or a pseudonym stands for. */
export const digestSubjects = ['card', 'person'] as const;

/** A digest or a pseudonym of a value that is known. */
export interface TestDigest extends TestRow {
  readonly of: (typeof digestSubjects)[number];
  readonly derivations: readonly Derivation[];
}

/** A value of a test person that was corrected. */
export interface TestCorrection extends TestRow {
  readonly mark: string;
  readonly formerMark: string;
}

interface TestPerson {
  readonly person: string;
  readonly marks: readonly string[];
}

/** A test person whose data was handed over, and the path of the file that it was handed over in. */
export interface TestExport extends TestPerson {
  readonly file: string;
}

/** Values that the owner made up and put there, to be looked for. */
export interface TestRecords {
  /** Card numbers that discovery is to find. */
  readonly cards: readonly (ColumnName & { readonly mark: string })[];
  readonly digests: readonly TestDigest[];
  readonly corrected: readonly TestCorrection[];
  /** Test persons who are to be gone, by a name that is none of their data. */
  readonly erased: readonly TestPerson[];
  readonly exported: readonly TestExport[];
}

export const noTestRecords: TestRecords = { cards: [], digests: [], corrected: [], erased: [], exported: [] };

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
  /** Every field of each declared table of records; absent: none is declared. */
  readonly records?: readonly DeclaredField[];
  /** One table a kind at most; absent: none is declared. */
  readonly requests?: readonly DeclaredRequests[];
  /** Absent: none is declared. */
  readonly constraints?: readonly DeclaredConstraints[];
  /** Tables without identifiers of persons. */
  readonly deidentified: readonly DeclaredDeidentified[];
  /** `rows` absent: every row of a column is read. */
  readonly sample: { readonly rows?: number; readonly seed: number };
  /** The database lies on media that are carried about. */
  readonly removableMedia: boolean;
  /** What is said of the volume; absent: nothing is. */
  readonly volumeEncrypted?: boolean;
  /** Absent: none is declared. */
  readonly testRecords?: TestRecords;
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
