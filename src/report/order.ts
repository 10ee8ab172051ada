import { type Reason, type Severity, severities } from '../model/index.ts';

/** By code unit: the same order on every machine, whatever its locale. */
export function byCodeUnit(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Severities as they are read: the worst first. */
export const worstFirst: readonly Severity[] = [...severities].reverse();

/** Reasons as they are read: the worst first. */
export const reasonsInOrder: readonly Reason[] = ['fail', 'error', 'unseen', 'not-applicable', 'pass'];
