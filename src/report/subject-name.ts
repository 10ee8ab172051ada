import type { Scope } from '../model/index.ts';
import { whereabouts } from './words.ts';

const namesByScope = new WeakMap<Scope, ReadonlyMap<string, string>>();

/** The id of a system that somebody named; else its URL and address, as an id made from them says nothing to anybody. */
export function subjectName(scope: Scope, subjectId: string): string {
  const names = namesByScope.get(scope) ?? namesOf(scope);
  namesByScope.set(scope, names);
  return names.get(subjectId) ?? subjectId;
}

/** By id, those that were not named. */
function namesOf({ subjects, targets }: Scope): ReadonlyMap<string, string> {
  const unnamed = new Set(targets.filter(({ named }) => !named).map(({ id }) => id));
  return new Map(
    subjects
      .filter(({ targetId }) => unnamed.has(targetId))
      .map((subject) => [subject.id, whereabouts(subject, ' at ')]),
  );
}
