import { type CsvRecord, parseCsv } from './csv.ts';
import { type Refusal, refusalOf } from './refusal.ts';
import { didYouMean } from './suggest.ts';

const registerRefusal = refusalOf('ERR_REGISTER');

/** A cell by its heading: its text without blanks around it, and where it stands. */
export interface Cell {
  readonly text: string;
  readonly place: string;
}

export type Row<H extends string> = Readonly<Record<H, Cell>>;

/**
 * Reads a CSV file whose first line names its columns, in any order. Cells are texts, also those that a spreadsheet
 * would take for a formula; an optional column that is not there gives empty cells.
 *
 * @param refusal of what is wrong beyond the form of CSV
 * @throws AssayError ERR_CSV, ERR_REGISTER `file:line:column expected …, got …`
 */
export function readTable<R extends string, O extends string>(
  file: string,
  text: string,
  required: readonly R[],
  optional: readonly O[],
  refusal: Refusal = registerRefusal,
): readonly Row<R | O>[] {
  const [first, ...records] = parseCsv(file, text);
  const columns = columnsOf(file, first, required, [...required, ...optional], refusal);
  return records.map((record) => rowOf(record, columns, required, optional, refusal));
}

function columnsOf(
  file: string,
  first: CsvRecord | undefined,
  required: readonly string[],
  known: readonly string[],
  refusal: Refusal,
): ReadonlyMap<string, number> {
  const columns = new Map<string, number>();
  const remedy = `the first line names the columns: ${known.join(',')}`;
  first?.forEach(({ text, place }, index) => {
    const heading = text.trim().toLowerCase();
    if (!known.includes(heading)) {
      if (text.includes(';'))
        throw refusal(
          place,
          'expected commas between fields, got semicolons',
          'export with commas (RFC 4180)',
        );
      const got = text.length > 60 ? 'another text' : `"${text}"${didYouMean(heading, known)}`;
      throw refusal(place, `expected one of the headings ${known.join(', ')}, got ${got}`, remedy);
    }
    if (columns.has(heading)) {
      throw refusal(place, `expected each heading once, got "${heading}" again`, 'leave one column out');
    }
    columns.set(heading, index);
  });
  const missing = required.find((heading) => !columns.has(heading));
  if (missing === undefined) return columns;
  throw refusal(`${file}:1:1`, `expected a column with the heading "${missing}", got none`, remedy);
}

function rowOf<R extends string, O extends string>(
  record: CsvRecord,
  columns: ReadonlyMap<string, number>,
  required: readonly R[],
  optional: readonly O[],
  refusal: Refusal,
): Row<R | O> {
  const cell = (heading: R | O): Cell => {
    const found = record[columns.get(heading) ?? -1];
    return { text: found?.text.trim() ?? '', place: found?.place ?? record[0]?.place ?? '' };
  };
  for (const heading of required) {
    const { text, place } = cell(heading);
    if (text === '') throw refusal(place, `expected a text as ${heading}, got an empty field`, 'fill it in');
  }
  const entries = [...required, ...optional].map((heading) => [heading, cell(heading)]);
  return Object.fromEntries(entries) as Row<R | O>;
}
