import type { FactSchema, Json } from '../model/index.ts';
import type { Clause, Runnable } from './assertion.ts';
import { type Hydrated, hydrate, hydrateParam, hydrateParams, splitFactName } from './fact-types.ts';
import { type Bound, type Location, listAt, membersOf, type Reads, readsOf, type View } from './presence.ts';

/** How one item of a population went. */
export interface ItemResult {
  /** What names the item: the string itself, or the values of its key fields. Never its position. */
  readonly item: string;
  readonly verdict: 'holds' | 'breaks' | 'unseen' | 'fault';
  readonly readings: readonly (Location & { readonly value: Json })[];
  /** What was not there, when unseen. */
  readonly missing: readonly Location[];
  readonly fault?: string;
}

export interface ClauseResult {
  readonly items: readonly ItemResult[];
  /** Lists of facts that are known, or not known not, to miss members. */
  readonly incomplete: readonly Location[];
  readonly quantifier: Clause['kind'];
  /** The population was seen, is complete, and has no members. */
  readonly empty: boolean;
  /** Where the population stands, when it is a list of a fact. */
  readonly population?: Location;
}

/** Tells whether a list was seen whole. */
export type IsComplete = (list: Location) => boolean;

/** What one control sees of one subject: the JSON that presence is proved on, and the CEL values to evaluate. */
export interface Evaluation {
  readonly view: View;
  readonly values: Readonly<Record<string, unknown>>;
  readonly isComplete: IsComplete;
  readonly hydrated: Hydrated;
}

/** A population of 100,000 items that each read a handful of paths stays well below. */
const stepsPerFinding = 5_000_000;

export function prepareEvaluation(
  facts: ReadonlyMap<string, Bound>,
  observedAt: ReadonlyMap<string, string>,
  params: Readonly<Record<string, Json>>,
  isComplete: IsComplete,
  hydrated: Hydrated,
): Evaluation {
  const values: Record<string, Record<string, unknown>> = { observed: {}, params: hydrateParams(params) };
  for (const [name, { value, schema }] of facts) {
    const [folder, noun] = splitFactName(name);
    if (schema) values[folder] = { ...values[folder], [noun]: hydrate(schema, value, hydrated) };
    const observed = values['observed'] as Record<string, Record<string, unknown>>;
    observed[folder] = { ...observed[folder], [noun]: new Date(observedAt.get(name) ?? '') };
  }
  const budget = { steps: stepsPerFinding };
  return { view: { facts, params, variables: new Map(), budget }, values, isComplete, hydrated };
}

/** Judges one clause item by item. An item is evaluated only after everything it reads was proved present. */
export function evaluateClause(clause: Clause, evaluation: Evaluation): ClauseResult {
  if (clause.kind === 'scalar') {
    const result = judge(clause.predicate, clause.about, evaluation, {});
    return { items: [result], incomplete: [], empty: false, quantifier: clause.kind };
  }
  const { list, reads } = listAt(clause.population.list, evaluation.view);
  if (reads.missing.length > 0 || !Array.isArray(list.value)) {
    const unseen = { item: clause.about, verdict: 'unseen', readings: [], missing: reads.missing } as const;
    return { items: [unseen], incomplete: [], empty: false, quantifier: clause.kind };
  }
  const incomplete = list.location && !evaluation.isComplete(list.location) ? [list.location] : [];
  const members = numberEqualKeys(
    membersOf(list).map((member) => ({ member, item: keyOf(member, list.schema) })),
  );
  const judged = members.flatMap(({ member, item }) => judgeMember(clause, member, item, evaluation));
  const empty = judged.length === 0 && incomplete.length === 0;
  const items = clause.kind === 'some' && !empty ? [existence(clause.about, judged)] : judged;
  const population = list.location ? { population: list.location } : {};
  return { items, incomplete, empty, quantifier: clause.kind, ...population };
}

function judgeMember(
  clause: Exclude<Clause, { kind: 'scalar' }>,
  member: Bound,
  item: string,
  evaluation: Evaluation,
): readonly ItemResult[] {
  for (const filter of clause.population.filters) {
    const kept = judge(filter.predicate, item, evaluation, { [filter.variable]: member });
    if (kept.verdict === 'breaks') return [];
    if (kept.verdict !== 'holds') return [kept];
  }
  const result = judge(clause.predicate, item, evaluation, { [clause.variable]: member });
  return [clause.kind === 'none' ? { ...result, verdict: opposite(result.verdict) } : result];
}

function opposite(verdict: ItemResult['verdict']): ItemResult['verdict'] {
  if (verdict === 'holds') return 'breaks';
  return verdict === 'breaks' ? 'holds' : verdict;
}

const witnessLimit = 25;

/** One witness proves existence; its absence is proved only when every member could be judged. */
function existence(item: string, judged: readonly ItemResult[]): ItemResult {
  const decisive =
    judged.find((result) => result.verdict === 'holds') ??
    judged.find((result) => result.verdict === 'fault') ??
    judged.find((result) => result.verdict === 'unseen');
  if (decisive) return { ...decisive, item };
  const readings = judged.slice(0, witnessLimit).flatMap((result) => result.readings);
  return { item, verdict: 'breaks', readings, missing: [] };
}

function judge(
  predicate: Runnable,
  item: string,
  { view, values, isComplete, hydrated }: Evaluation,
  bindings: Readonly<Record<string, Bound>>,
): ItemResult {
  const variables = new Map(Object.entries(bindings));
  const reads = readsOf(predicate.node, { ...view, variables });
  const readings = distinct(reads.scalars);
  const missing = [...reads.missing, ...incompleteLists(reads, isComplete)];
  if (missing.length > 0) return { item, verdict: 'unseen', readings, missing };
  try {
    const holds = predicate.run({ ...values, ...mapBound(bindings, hydrated) }) === true;
    return { item, verdict: holds ? 'holds' : 'breaks', readings, missing: [] };
  } catch (error) {
    return { item, verdict: 'fault', readings, missing: [], fault: faultOf(error) };
  }
}

/** What CEL says went wrong, without the excerpt of the expression that follows it. */
export function faultOf(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
}

function incompleteLists(reads: Reads, isComplete: IsComplete): readonly Location[] {
  return reads.lists.filter((list) => !isComplete(list));
}

function mapBound(bindings: Readonly<Record<string, Bound>>, hydrated: Hydrated): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(bindings).map(([name, { value, schema }]) => [
      name,
      schema ? hydrate(schema, value, hydrated) : hydrateParam(value),
    ]),
  );
}

function distinct<T extends Location>(locations: readonly T[]): readonly T[] {
  const seen = new Map(locations.map((location) => [`${location.fact}#${location.pointer}`, location]));
  return [...seen.values()];
}

/** Two members with the same key (the same rule written twice) stay two items, under names that no other has. */
function numberEqualKeys(
  members: readonly { readonly member: Bound; readonly item: string }[],
): readonly { readonly member: Bound; readonly item: string }[] {
  const own = new Set(members.map(({ item }) => item));
  const given = new Set<string>();
  const next = new Map<string, number>();
  return members.map(({ member, item }) => {
    if (!given.has(item)) {
      given.add(item);
      return { member, item };
    }
    let number = next.get(item) ?? 2;
    while (own.has(`${item} (${number})`)) number += 1;
    next.set(item, number + 1);
    return { member, item: `${item} (${number})` };
  });
}

function keyOf({ value }: Bound, list: FactSchema | undefined): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const record = value as Readonly<Record<string, Json>>;
  const keys = (list?.type === 'array' ? list.itemKey : undefined) ?? Object.keys(record).sort();
  return keys
    .filter((key) => Object.hasOwn(record, key))
    .map((key) => [record[key]].flat().join(','))
    .join(' ');
}
