import { AssayError } from '../model/index.ts';

/** One field of a record, as text: nothing in it is ever evaluated. */
export interface CsvCell {
  readonly text: string;
  /** `file:line:column`, counted from 1. */
  readonly place: string;
}

export type CsvRecord = readonly CsvCell[];

const remedy = 'write fields as RFC 4180 does: "a field, with a comma", quotes inside doubled ("")';
const maxCharacters = 1_048_576;

/** Where reading stands: a cursor over the text that knows its line and column. */
class Cursor {
  readonly #file: string;
  readonly #text: string;
  #at = 0;
  #line = 1;
  #lineStart = 0;

  constructor(file: string, text: string) {
    this.#file = file;
    this.#text = text;
  }

  get done(): boolean {
    return this.#at >= this.#text.length;
  }

  get next(): string {
    return this.#text[this.#at] ?? '';
  }

  get place(): string {
    return `${this.#file}:${this.#line}:${this.#at - this.#lineStart + 1}`;
  }

  take(): string {
    const character = this.next;
    this.#at += 1;
    if (character === '\n') {
      this.#line += 1;
      this.#lineStart = this.#at;
    }
    return character;
  }

  /** Takes a line break (CRLF, or LF alone), if one is next. */
  takeBreak(): boolean {
    const crlf = this.#text.startsWith('\r\n', this.#at);
    if (!crlf && this.next !== '\n') return false;
    if (crlf) this.take();
    this.take();
    return true;
  }

  refuse(sentence: string, place = this.place): AssayError {
    return new AssayError('ERR_CSV', `${place} ${sentence}`, { remedy });
  }
}

/**
 * Reads comma-separated values (RFC 4180; line breaks may be LF alone). Records have as many fields as the first;
 * empty lines are left out.
 *
 * @throws AssayError ERR_CSV `file:line:column expected …, got …`
 */
export function parseCsv(file: string, text: string): readonly CsvRecord[] {
  const cursor = new Cursor(file, text);
  if (text.length > maxCharacters)
    throw cursor.refuse(`expected at most ${maxCharacters} characters, got ${text.length}`);
  const records: CsvRecord[] = [];
  while (!cursor.done) {
    if (cursor.takeBreak()) continue;
    const record = readRecord(cursor);
    const [first = record] = records;
    if (record.length !== first.length)
      throw cursor.refuse(
        `expected ${first.length} fields as in the first line, got ${record.length}`,
        record[0]?.place,
      );
    records.push(record);
  }
  return records;
}

function readRecord(cursor: Cursor): CsvRecord {
  const record: CsvCell[] = [];
  for (;;) {
    const { place } = cursor;
    record.push({ text: cursor.next === '"' ? readQuoted(cursor) : readPlain(cursor), place });
    if (cursor.done || cursor.takeBreak()) return record;
    if (cursor.next !== ',')
      throw cursor.refuse(`expected a comma or the end of the line after a field, got ${shown(cursor.next)}`);
    cursor.take();
  }
}

function readPlain(cursor: Cursor): string {
  let text = '';
  while (!cursor.done && !',\r\n'.includes(cursor.next)) {
    if (cursor.next === '"') throw cursor.refuse('expected quotes around the whole field, got one inside it');
    text += cursor.take();
  }
  return text;
}

function readQuoted(cursor: Cursor): string {
  const { place } = cursor;
  let text = '';
  cursor.take();
  while (!cursor.done) {
    const character = cursor.take();
    if (character !== '"') text += character;
    else if (cursor.next === '"') text += cursor.take();
    else return text;
  }
  throw cursor.refuse('expected the closing quote of this field, got the end of the file', place);
}

function shown(character: string): string {
  return character === '\r' ? 'a carriage return' : JSON.stringify(character);
}
