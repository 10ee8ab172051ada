import { appendToken } from '../engine/json-pointer.ts';

/** JSON pointer (RFC 6901) of the first place where two values differ, members in the order of their names. */
export function firstDifference(a: unknown, b: unknown): string {
  if (!isContainer(a) || !isContainer(b)) return '';
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  const key = keys.find((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]));
  if (key === undefined) return '';
  return appendToken('', key) + firstDifference(a[key], b[key]);
}

function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
