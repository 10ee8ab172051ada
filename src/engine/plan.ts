import type { Control, Subject } from '../model/index.ts';
import type { CompiledControl } from './assertion.ts';

/** What will be looked at: every selected control on every subject of its kind; nothing selected vanishes. */
export interface Plan<T extends Planned> {
  readonly subjects: readonly SubjectPlan<T>[];
  /** Controls of a kind that no subject is of. */
  readonly noSubject: readonly Control[];
}

/** A control as far as planning needs it. */
type Planned = Pick<CompiledControl, 'control' | 'needs'>;

interface SubjectPlan<T extends Planned> {
  readonly subject: Subject;
  readonly controls: readonly T[];
  /** Every fact that those controls read, once, by name. */
  readonly facts: readonly string[];
}

export function plan<T extends Planned>(controls: readonly T[], subjects: readonly Subject[]): Plan<T> {
  const kinds = new Set(subjects.map(({ kind }) => kind));
  return {
    subjects: subjects.map((subject) => {
      const own = controls.filter(({ control }) => control.subject === subject.kind);
      return { subject, controls: own, facts: [...new Set(own.flatMap(({ needs }) => needs))].sort() };
    }),
    noSubject: controls.map(({ control }) => control).filter((control) => !kinds.has(control.subject)),
  };
}
