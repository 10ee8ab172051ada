import type {
  Control,
  EffectiveParam,
  Seen,
  SubjectRecord,
  Unseen,
  UnseenItem,
  UnseenReason,
} from '../model/index.ts';
import type { ClauseResult, ItemResult } from './clause.ts';
import { nearestEntry } from './completeness.ts';
import type { Location } from './presence.ts';

/** Why an item could not be judged, one entry for each thing that was not there. */
export function unseenItems(result: ItemResult, record: SubjectRecord): readonly UnseenItem[] {
  return result.missing.map(({ fact, pointer }) => {
    const observation = record.observations.find((candidate) => candidate.fact === fact);
    return { item: result.item, fact, ...reasonOf(observation, pointer, result.item) };
  });
}

function reasonOf(observation: Seen | Unseen | undefined, pointer: string, item: string): UnseenReason {
  if (!observation) {
    return {
      code: 'ERR_NOT_COLLECTED',
      message: 'nothing looked for this',
      remedy: 'scan again without restricting what is collected',
    };
  }
  if (observation.kind === 'unseen') return observation.reason;
  const missing = nearestEntry(observation.completeness, pointer)?.missing ?? [];
  const why = missing.find(({ what }) => what === item || pointer.endsWith(`/${what}`)) ?? missing[0];
  return {
    code: 'ERR_NO_ANSWER',
    message: why
      ? `no definite answer for ${why.what}: ${why.why}`
      : `${observation.fact} says nothing of ${pointer || item}`,
    remedy: 'look into why the system gave no definite answer, then scan again',
  };
}

/** A list that misses members, or that nothing proves whole. */
export function incompleteItem(list: Location, seen: readonly Seen[]): UnseenItem {
  const entries = seen.find(({ fact }) => fact === list.fact)?.completeness ?? [];
  const [missing] = nearestEntry(entries, list.pointer)?.missing ?? [];
  return {
    item: '',
    fact: list.fact,
    code: 'ERR_INCOMPLETE',
    message: missing
      ? `not all of ${list.fact} could be seen: ${missing.what} (${missing.why})`
      : `it is not proved that all of ${list.fact}${list.pointer} was seen`,
    remedy: 'give the scan what it needs to see the whole list, then scan again',
  };
}

/** A population without members, where emptiness proves nothing. */
export function emptyItem({ population }: ClauseResult): UnseenItem {
  const fact = population?.fact ?? '';
  return {
    item: '',
    fact,
    code: 'ERR_EMPTY',
    message: `nothing was found to test${fact ? ` in ${fact}` : ''}, and nothing proves that there is nothing`,
    remedy: 'check that the scan looked at the right system with sufficient rights',
  };
}

/** What nobody declared of what a control asks for; undefined: it is declared, or nothing has to be. */
export function undeclaredItem(
  { params: specs }: Control,
  params: Readonly<Record<string, EffectiveParam>>,
): UnseenItem | undefined {
  const names = Object.entries(specs)
    .filter(
      ([name, spec]) => spec.stricter !== 'fewer' && isEmpty(spec.default) && isEmpty(params[name]?.value),
    )
    .map(([name]) => `params.${name}`);
  if (names.length === 0) return undefined;
  return {
    item: names.join(', '),
    fact: '',
    code: 'ERR_NOT_DECLARED',
    message: 'nobody declared what is to be tested',
    remedy: 'declare it by the parameters of the control (assay controls show), or exclude it with a reason',
  };
}

/** Lists that an override emptied, save those that are stricter with fewer members: over them nothing was asked. */
export function emptiedParams(
  { params: specs }: Control,
  params: Readonly<Record<string, EffectiveParam>>,
): readonly UnseenItem[] {
  return Object.entries(specs).flatMap(([name, { default: reference, stricter }]) => {
    const emptied = isEmpty(params[name]?.value) && !isEmpty(reference) && stricter !== 'fewer';
    if (!emptied) return [];
    const message = `an override left the parameter ${name} without members, so nothing was asked`;
    const remedy = 'give the parameter the values that must hold, or exclude the control with a reason';
    return [{ item: '', fact: '', code: 'ERR_EMPTY_PARAM', message, remedy }];
  });
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** One entry for each cause: the same fact unseen for the same reason is said once, with the items it hides. */
export function distinctUnseen(items: readonly UnseenItem[]): readonly UnseenItem[] {
  const byCause = new Map<string, UnseenItem>();
  for (const item of items) {
    const cause = `${item.fact} ${item.code} ${item.message}`;
    const before = byCause.get(cause);
    byCause.set(cause, before ? { ...before, item: joinItems(before.item, item.item) } : item);
  }
  return [...byCause.values()];
}

function joinItems(before: string, item: string): string {
  return [...new Set([...before.split(', '), item])].filter(Boolean).join(', ');
}
