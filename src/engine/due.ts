import { byCodeUnit, type Scope, type Severity } from '../model/index.ts';

/**
 * Days to mend what is found, where the configuration gives no others. High, medium and low are what FedRAMP's Rev. 5
 * continuous monitoring asks for (30, 90, 180); it gives critical the 30 days of high, the 7 are assay's choice.
 */
export const defaultDueDays: Readonly<Record<Severity, number>> = {
  critical: 7,
  high: 30,
  medium: 90,
  low: 180,
};

const dayMs = 86_400_000;

/** The calendar date (UTC) so many days after an instant. */
export function dueDate(firstSeen: string, days: number): string {
  return new Date(Date.parse(firstSeen) + days * dayMs).toISOString().slice(0, 10);
}

/** True from the day after the last day in time. */
export function isOverdue(due: string | undefined, at: string): boolean {
  return due !== undefined && at.slice(0, 10) > due;
}

/** Target before tag before control; among tags, the later in the file stands. */
export function ownerOf(
  subject: { readonly owner?: string; readonly tags: readonly string[] },
  control: { readonly owner?: string },
  { owners = [] }: Pick<Scope, 'owners'>,
): string | undefined {
  const byTag = owners.findLast(({ tag }) => subject.tags.includes(tag))?.owner;
  return subject.owner ?? byTag ?? control.owner;
}

export function earlier(a: string, b: string): string {
  return byCodeUnit(a, b) < 0 ? a : b;
}

export function later(a: string, b: string): string {
  return byCodeUnit(a, b) < 0 ? b : a;
}
