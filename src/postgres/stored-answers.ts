import { AssayError, type Json } from '../model/index.ts';
import type { Row } from './row.ts';

/** One query and its rows, as evidence keeps them. */
export interface StoredAnswer {
  /** Name of the query. */
  readonly name: string;
  /** The database that gave it, where each was asked. */
  readonly database?: string;
  /** The statement as it was sent. */
  readonly query: string;
  readonly rows: readonly Row[];
}

/** What a fact is made from again. */
export interface StoredAnswers {
  /**
   * The rows of a query that was asked once.
   *
   * @throws AssayError ERR_POSTGRES_REPLAY where there is not exactly one such answer
   */
  rows(name: string): readonly Row[];
  /**
   * The same of a query that is not asked of every server; undefined: it was not.
   *
   * @throws AssayError ERR_POSTGRES_REPLAY where there are several such answers
   */
  rowsIfAsked(name: string): readonly Row[] | undefined;
  /** The answers to a query that was asked in each database, in the order of asking. */
  inside(name: string): readonly { readonly database: string; readonly rows: readonly Row[] }[];
}

/** @throws AssayError ERR_POSTGRES_REPLAY for a text that is no answer */
export function parseStoredAnswer(text: string): StoredAnswer {
  const value = parsed(text);
  if (!isRecord(value)) throw unlike('an answer to a query', 'another value');
  const { name, database, query, rows } = value;
  if (typeof name !== 'string' || typeof query !== 'string') throw unlike('the query of an answer', 'none');
  if (!Array.isArray(rows) || !rows.every(isRecord)) throw unlike('a list of rows', 'another value');
  return { name, query, rows, ...(typeof database === 'string' ? { database } : {}) };
}

export function storedAnswers(answers: readonly StoredAnswer[]): StoredAnswers {
  const named = (name: string): readonly StoredAnswer[] => answers.filter((one) => one.name === name);
  const rowsIfAsked = (name: string): readonly Row[] | undefined => {
    const [first, ...further] = named(name).filter(({ database }) => database === undefined);
    if (further.length > 0) throw unlike(`one answer to ${name}`, 'several');
    return first?.rows;
  };
  return {
    rows: (name) => {
      const rows = rowsIfAsked(name);
      if (rows === undefined) throw unlike(`one answer to ${name}`, 'none');
      return rows;
    },
    rowsIfAsked,
    inside: (name) =>
      named(name).flatMap(({ database, rows }) => (database === undefined ? [] : [{ database, rows }])),
  };
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    throw unlike('JSON', 'another text');
  }
}

const isRecord = (value: Json | undefined): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function unlike(expected: string, got: string): AssayError {
  return new AssayError('ERR_POSTGRES_REPLAY', `expected ${expected}, got ${got}`);
}
