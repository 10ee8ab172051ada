import { type Reason, type Severity, severities } from '../model/index.ts';

/** Severities as they are read: the worst first. */
export const worstFirst: readonly Severity[] = [...severities].reverse();

/** Reasons as they are read: the worst first. */
export const reasonsInOrder: readonly Reason[] = ['fail', 'error', 'unseen', 'not-applicable', 'pass'];
