import { httpSideOf, type Subject, type Target } from '../model/index.ts';

/** The subjects of a target with, beside each address of an https target, its HTTP side. */
export function withHttpSide({ http }: Target, subjects: readonly Subject[]): readonly Subject[] {
  return http === undefined ? subjects : subjects.flatMap((subject) => [subject, httpSideOf(subject)]);
}
