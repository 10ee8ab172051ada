import type { Document, RemainingControl, RequirementResult } from '../../model/index.ts';
import { shown } from '../visible.ts';
import { grouped, stateCount, stateWords } from '../words.ts';

const nameLimit = 120;

/** `partly tested (2 of 13 elements)` */
export function stateOf({ state, elements }: RequirementResult): string {
  if (elements === undefined) return stateWords[state];
  const noun = elements.of === 1 ? 'element' : 'elements';
  return `${stateWords[state]} (${grouped(elements.decided)} of ${grouped(elements.of)} ${noun})`;
}

/** What keeps it open, and who or what else answers for it: a line each. */
export function openWords(result: RequirementResult): readonly string[] {
  const { undecided = [], kindsNotInScope = [], loosened = [], children = {} } = result;
  const under = Object.entries(children).map(([state, count]) => childrenWords(state, count));
  return [
    ...listed('not decided', undecided),
    ...listed('no system in scope of kind', kindsNotInScope),
    ...listed('looser than the default', loosened),
    ...listed('under it', under),
    ...thirdPartyWords(result),
    ...alternativeWords(result),
  ];
}

function childrenWords(state: string, count: number): string {
  if (!Object.hasOwn(stateWords, state)) return `${grouped(count)} ${state}`;
  return stateCount(count, state as keyof typeof stateWords);
}

function listed(label: string, values: readonly string[]): readonly string[] {
  return values.length === 0 ? [] : [shown(`${label}: ${values.join(', ')}`, 400)];
}

function thirdPartyWords({ thirdParty }: RequirementResult): readonly string[] {
  if (thirdParty === undefined) return [];
  const { party, document, current, remaining } = thirdParty;
  return [
    `met by ${shown(party, nameLimit)}: ${documentWords(document, current)}`,
    ...listed('remaining with the organisation', remaining.map(remainingWords)),
  ];
}

function remainingWords({ id, passed, failed, unseen, closed }: RemainingControl): string {
  const state = closed ? 'closed' : 'open';
  return `${id} (${state}: ${passed} passed, ${failed} with exceptions, ${unseen} not tested)`;
}

function alternativeWords({ alternative }: RequirementResult): readonly string[] {
  if (alternative === undefined) return [];
  const { reason, approvedBy, document, current } = alternative;
  const why = `${shown(reason, nameLimit)}, approved by ${shown(approvedBy, nameLimit)}`;
  return [`met in another way: ${why}: ${documentWords(document, current)}`];
}

function documentWords({ name, date, expires, sha256 }: Document, current: boolean): string {
  const until = expires === undefined ? '' : ` to ${expires}`;
  const force = current ? '' : ', NOT IN FORCE';
  return `${shown(name, nameLimit)} (${date}${until}${force}, sha256 ${sha256.slice(0, 16)}…)`;
}
