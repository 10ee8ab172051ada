import type { MutationResult } from '../engine/mutation.ts';
import type { CaseFile } from './case-file.ts';
import type { LoadedControl } from './load-control.ts';
import type { CaseFailure } from './run-cases.ts';

/** What mutation found: fields that nothing moves, at the assertion, and unproven passes, at the cases. */
export function mutationFailures(
  { parsed }: LoadedControl,
  file: CaseFile,
  { fields, breaches }: MutationResult,
): readonly CaseFailure[] {
  const idle = fields
    .filter(({ moved }) => moved === 0)
    .map(({ field, mutants }) => ({
      place: parsed.at(['expect']),
      sentence: `expected a case in which a change of ${field} moves the verdict, got none in ${mutants} changes`,
    }));
  const unproven = breaches.map(({ field, situation, change }) => ({
    place: file.at([]),
    sentence: `"${situation}": expected no pass with ${field} ${change}, got one`,
  }));
  return [...idle, ...unproven];
}
