import type { FactKnowledge } from '../engine/evaluate.ts';
import { judgeSituation, type Situation } from '../engine/situation.ts';
import type { Finding, Reason } from '../model/index.ts';
import type { CaseFile } from './case-file.ts';
import { caseMistake } from './check-case.ts';
import type { LoadedControl } from './load-control.ts';
import type { YamlPath } from './yaml.ts';

/** A case that does not hold. */
export interface CaseFailure {
  /** `file:line:column` */
  readonly place: string;
  /** `"name": expected …, got …` */
  readonly sentence: string;
}

/** A case, and what must come of it. */
interface Expected {
  readonly situation: Situation;
  readonly path: YamlPath;
  readonly reason: Reason;
  readonly exceptions?: readonly string[];
  readonly unseenItems?: readonly string[];
}

/** Judges every case of a control as a scan would, and tells of those that do not get the verdict they must get. */
export function runCases(
  loaded: LoadedControl,
  file: CaseFile,
  knowledge: FactKnowledge,
): readonly CaseFailure[] {
  const failures = expectedOf(file).flatMap((expected) => {
    const failure =
      caseMistake(loaded, file, expected, knowledge) ?? tryCase(loaded, file, expected, knowledge);
    return failure === undefined ? [] : [failure];
  });
  return [...missingKind(loaded, file), ...failures];
}

/** All cases of a control, whatever their verdict. */
export function situationsOf({ cases }: CaseFile): readonly Situation[] {
  return [...cases.satisfied, ...cases.notSatisfied, ...cases.unseen, ...cases.notApplicable];
}

function expectedOf({ cases }: CaseFile): readonly Expected[] {
  return [
    ...cases.satisfied.map((situation, index) => ({
      ...{ situation, path: ['satisfied', index], reason: 'pass' as const },
    })),
    ...cases.notSatisfied.map((situation, index) => ({
      ...{ situation, path: ['not-satisfied', index], reason: 'fail' as const },
      exceptions: situation.exceptions,
    })),
    ...cases.unseen.map((situation, index) => ({
      ...{ situation, path: ['unseen', index], reason: 'unseen' as const },
      ...(situation.items === undefined ? {} : { unseenItems: situation.items }),
    })),
    ...cases.notApplicable.map((situation, index) => ({
      ...{ situation, path: ['not-applicable', index], reason: 'not-applicable' as const },
    })),
  ];
}

/** The file's shape asks for the kinds that every control has; only some controls can be not applicable. */
function missingKind({ source: { control } }: LoadedControl, file: CaseFile): readonly CaseFailure[] {
  const can = control.empty === 'not-applicable' || control.appliesWhen !== undefined;
  if (!can || file.cases.notApplicable.length > 0) return [];
  const sentence = 'expected not-applicable cases of a control that can be not applicable, got none';
  return [{ place: file.at([]), sentence }];
}

function tryCase(
  { compiled }: LoadedControl,
  { at }: CaseFile,
  { situation, path, reason, exceptions, unseenItems }: Expected,
  knowledge: FactKnowledge,
): CaseFailure | undefined {
  const finding = judgeSituation(compiled, situation, knowledge);
  const failure = (key: string, expected: string, got: string): CaseFailure => ({
    place: at([...path, key]),
    sentence: `"${situation.name}": expected ${expected}, got ${got}`,
  });
  if (finding.reason !== reason) return failure('name', verdicts[reason], verdictOf(finding));
  const reported = finding.exceptions.map(({ item }) => item);
  if (exceptions !== undefined && !sameItems(exceptions, reported))
    return failure('exceptions', `exceptions for exactly ${listed(exceptions)}`, listed(reported));
  const unseen = finding.unseen.flatMap(({ item }) => (item === '' ? [] : item.split(', ')));
  if (unseenItems !== undefined && !sameItems(unseenItems, unseen))
    return failure('items', `exactly ${listed(unseenItems)} not tested`, listed(unseen));
  return undefined;
}

const verdicts: Readonly<Record<Reason, string>> = {
  pass: 'no exceptions',
  fail: 'exceptions',
  unseen: 'not tested',
  error: 'a fault',
  'not-applicable': 'not applicable',
};

function verdictOf({ reason, exceptions, message }: Finding): string {
  if (reason === 'pass') return verdicts.pass;
  if (reason === 'fail') return `exceptions for ${listed(exceptions.map(({ item }) => item))}`;
  return `${verdicts[reason]} (${message})`;
}

function listed(items: readonly string[]): string {
  return items.length === 0 ? 'nothing' : [...new Set(items)].map((item) => JSON.stringify(item)).join(', ');
}

function sameItems(some: readonly string[], others: readonly string[]): boolean {
  const distinct = (items: readonly string[]): string => JSON.stringify([...new Set(items)].sort());
  return distinct(some) === distinct(others);
}
