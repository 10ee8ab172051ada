import { AssayError, type Json } from '../model/index.ts';

/** One row of an answer, as the server sent it: nothing about its values is taken for granted. */
export type Row = Readonly<Record<string, Json>>;

export function textOf(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw unexpected(column, 'text', value);
  return value;
}

export function optionalTextOf(row: Row, column: string): string | undefined {
  return row[column] === null ? undefined : textOf(row, column);
}

export function booleanOf(row: Row, column: string): boolean {
  const value = row[column];
  if (typeof value !== 'boolean') throw unexpected(column, 'a boolean', value);
  return value;
}

export function integerOf(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== 'number' || !Number.isSafeInteger(value))
    throw unexpected(column, 'an integer', value);
  return value;
}

/** A list of texts; SQL null is an empty one. */
export function textsOf(row: Row, column: string): readonly string[] {
  const value = row[column] ?? [];
  if (!isTexts(value)) throw unexpected(column, 'a list of texts', value);
  return value;
}

function isTexts(value: Json): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** The members of a JSON array. */
export function jsonListOf(row: Row, column: string): readonly Json[] {
  const value = row[column];
  if (!Array.isArray(value)) throw unexpected(column, 'a JSON array', value);
  return value;
}

/** An object within JSON, read as a row is. */
export function rowOf(value: Json): Row {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw unexpected('of JSON', 'an object', value);
  return value as Row;
}

/** The value itself is not shown: a server that answers out of form may have put anything there. */
function unexpected(column: string, expected: string, value: Json | undefined): AssayError {
  return new AssayError('ERR_NOT_POSTGRES', `expected ${expected} in column ${column}, got ${typeof value}`, {
    remedy: 'check that the target is a PostgreSQL server and not something in front of it',
  });
}
