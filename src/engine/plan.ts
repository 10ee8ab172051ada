import type { Control, Subject } from '../model/index.ts';
import type { CompiledControl } from './assertion.ts';

/** What will be looked at: every selected control on every subject of its kind; nothing selected vanishes. */
export interface Plan {
  readonly subjects: readonly SubjectPlan[];
  /** Controls of a kind that no subject is of. */
  readonly noSubject: readonly Control[];
}

interface SubjectPlan {
  readonly subject: Subject;
  readonly controls: readonly CompiledControl[];
  /** Every fact that those controls read, once, by name. */
  readonly facts: readonly string[];
}

export function plan(controls: readonly CompiledControl[], subjects: readonly Subject[]): Plan {
  const kinds = new Set(subjects.map(({ kind }) => kind));
  return {
    subjects: subjects.map((subject) => {
      const own = controls.filter(({ control }) => control.subject === subject.kind);
      return { subject, controls: own, facts: [...new Set(own.flatMap(({ needs }) => needs))].sort() };
    }),
    noSubject: controls.map(({ control }) => control).filter((control) => !kinds.has(control.subject)),
  };
}
