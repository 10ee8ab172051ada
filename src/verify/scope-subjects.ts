import { stableJson } from '../bundle/json.ts';
import { paths } from '../bundle/layout.ts';
import { printable, refusal } from '../bundle/refusal.ts';
import type { Scope, SubjectRecord } from '../model/index.ts';

/** Follows the records of a bundle, to see that there is one of each subject in scope and of no other. */
export interface SubjectWalk {
  /** @throws AssayError ERR_VERIFY_FORMAT where the scope has no such subject, or another of that id */
  follow(record: SubjectRecord): void;
  /** @throws AssayError ERR_VERIFY_FORMAT where a subject has no record */
  finish(): void;
}

export function walkSubjects({ subjects }: Scope): SubjectWalk {
  const open = new Map(subjects.map((subject) => [subject.id, stableJson(subject)]));
  if (open.size < subjects.length)
    throw refusal('FORMAT', `expected each subject once in ${paths.scope}, got one twice`);
  return {
    follow: ({ subject }) => {
      const declared = open.get(subject.id);
      const name = printable(subject.id);
      if (declared === undefined)
        throw refusal('FORMAT', `expected a subject of ${paths.scope}, got a record of ${name}`);
      if (declared !== stableJson(subject))
        throw refusal('FORMAT', `expected ${name} as ${paths.scope} has it, got another of that id`);
      open.delete(subject.id);
    },
    finish: () => {
      for (const id of open.keys())
        throw refusal(
          'FORMAT',
          `expected a record of ${printable(id)}, as ${paths.scope} names it, got none`,
        );
    },
  };
}
