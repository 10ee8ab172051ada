import {
  type Control,
  type EffectiveParam,
  type Exception,
  type FactDefinition,
  type Finding,
  type Json,
  type Population,
  type Reason,
  type Seen,
  type SubjectRecord,
  schemeOf,
  type UnseenItem,
} from '../model/index.ts';
import type { CompiledControl } from './assertion.ts';
import { type ClauseResult, evaluateClause, faultOf, type ItemResult, prepareEvaluation } from './clause.ts';
import { basisOf, isComplete } from './completeness.ts';
import { type Hydrated, hydrateParams } from './fact-types.ts';
import { type FactValidator, isInstant } from './fact-validation.ts';
import { findingId, fingerprint } from './identity.ts';
import { type Bound, BudgetSpent } from './presence.ts';
import {
  distinctUnseen,
  emptiedParams,
  emptyItem,
  incompleteItem,
  undeclaredItem,
  unseenItems,
} from './unseen.ts';

/** What evaluation needs to know about facts: their schemas, and whether a value is of its schema. */
export interface FactKnowledge {
  readonly definitions: ReadonlyMap<string, FactDefinition>;
  readonly validate: (fact: string) => FactValidator;
}

export interface EvaluationInput {
  readonly record: SubjectRecord;
  readonly params: Readonly<Record<string, EffectiveParam>>;
  readonly environment: string;
  readonly knowledge: FactKnowledge;
  /** The record's facts as they were hydrated for other controls; absent: none was. */
  readonly hydrated?: Hydrated;
}

interface Conclusion {
  readonly reason: Reason;
  readonly message: string;
  readonly population: Population;
  readonly exceptions: readonly Exception[];
  readonly unseen: readonly UnseenItem[];
}

const noPopulation: Population = { items: 0, exceptions: 0, unseen: 0, complete: false, basis: [] };

/** Concludes on one control for one subject. Pure, and never throws: the same observations give the same finding. */
export function evaluate(compiled: CompiledControl, input: EvaluationInput): Finding {
  const { control } = compiled;
  const { subject } = input.record;
  const related = input.record.observations.filter(({ fact }) => compiled.needs.includes(fact));
  const conclusion = conclude(compiled, input);
  return {
    id: findingId(control.id, subject.id),
    controlId: control.id,
    controlVersion: control.version,
    title: control.title,
    severity: control.severity,
    subjectId: subject.id,
    targetId: subject.targetId,
    subjectKind: subject.kind,
    ...(subject.owner === undefined ? {} : { owner: subject.owner }),
    ...conclusion,
    params: input.params,
    observations: related.map(({ fact, endedAt }) => ({ fact, at: endedAt })),
    evidence: [...new Set(related.flatMap(({ evidence }) => evidence.map(({ ref }) => ref)))],
    requirements: Object.entries(control.satisfies).flatMap(([framework, links]) =>
      links.map(({ id, strength, element }) => ({
        framework,
        id,
        strength,
        ...(element === undefined ? {} : { element }),
      })),
    ),
  };
}

function conclude(compiled: CompiledControl, input: EvaluationInput): Conclusion {
  const { control } = compiled;
  const excused = notApplicable(compiled, input);
  if (excused) return excused;
  const seen = input.record.observations.filter((observation) => observation.kind === 'seen');
  const needed = seen.filter(({ fact }) => compiled.needs.includes(fact));
  const problem = problemIn(needed, input);
  if (problem !== undefined) return fault(problem);
  const results = withinBudget(() => runClauses(compiled, input, needed));
  if (results === undefined) return tooLarge(compiled);
  const combined = combine(compiled, input, results, needed);
  const emptied = combined.reason === 'pass' ? emptiedParams(control, input.params) : [];
  return emptied.length === 0
    ? combined
    : { ...combined, reason: 'unseen', message: emptied[0]?.message ?? '', unseen: emptied };
}

/** What makes observations no ground for any judgement: a wrong shape, no time, or the same fact twice. */
function problemIn(needed: readonly Seen[], { knowledge, record }: EvaluationInput): string | undefined {
  for (const { fact, value, endedAt } of needed) {
    const times = record.observations.filter((observation) => observation.fact === fact).length;
    if (times > 1) return `expected one observation of ${fact}, got ${times}`;
    if (!isInstant(endedAt)) return `expected the time of ${fact} to be an instant, got another text`;
    const misshapen = knowledge.validate(fact)(value);
    if (misshapen !== undefined) return misshapen;
  }
  return undefined;
}

function withinBudget<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof BudgetSpent) return undefined;
    throw error;
  }
}

function tooLarge({ needs }: CompiledControl): Conclusion {
  const unseen = {
    item: '',
    fact: needs[0] ?? '',
    code: 'ERR_TOO_LARGE',
    message: `there is more in ${needs.join(', ')} than this test can be judged over`,
    remedy: 'look at the system in parts, or report the control: it runs over lists within lists',
  };
  return {
    reason: 'unseen',
    message: unseen.message,
    population: noPopulation,
    exceptions: [],
    unseen: [unseen],
  };
}

/** What each clause found for each item: the working behind a finding. */
export function runClauses(
  { clauses }: CompiledControl,
  input: EvaluationInput,
  needed: readonly Seen[],
): readonly ClauseResult[] {
  const facts = new Map<string, Bound>(
    needed.map(({ fact, value }) => {
      const schema = input.knowledge.definitions.get(fact)?.schema;
      return [fact, { value, location: { fact, pointer: '' }, ...(schema ? { schema } : {}) }];
    }),
  );
  const evaluation = prepareEvaluation(
    facts,
    new Map(needed.map(({ fact, endedAt }) => [fact, endedAt])),
    plainParams(input.params),
    (list) => isComplete(needed, list),
    input.hydrated ?? new Map(),
  );
  return clauses.map((clause) => evaluateClause(clause, evaluation));
}

function plainParams(params: Readonly<Record<string, EffectiveParam>>): Record<string, Json> {
  return Object.fromEntries(Object.entries(params).map(([name, { value }]) => [name, value]));
}

function notApplicable(
  { control, applies }: CompiledControl,
  input: EvaluationInput,
): Conclusion | undefined {
  if (!applies || !control.appliesWhen) return undefined;
  const { id, kind, locator, host, tags } = input.record.subject;
  try {
    const scheme = schemeOf(locator);
    const subject = { id, kind, scheme, host, tags, environment: input.environment };
    if (applies.run({ subject, params: hydrateParams(plainParams(input.params)) }) === true) return undefined;
    const { otherwise } = control.appliesWhen;
    return {
      reason: 'not-applicable',
      message: otherwise,
      population: noPopulation,
      exceptions: [],
      unseen: [],
    };
  } catch (error) {
    return fault(faultOf(error));
  }
}

function fault(message: string): Conclusion {
  return { reason: 'error', message, population: noPopulation, exceptions: [], unseen: [] };
}

/**
 * Clauses whose emptiness proves nothing. Where the control says that emptiness means that there is nothing of the
 * kind, a clause that asks for a witness still has none while others have members.
 */
function emptyClauses(control: Control, results: readonly ClauseResult[]): readonly ClauseResult[] {
  const empty = results.filter((result) => result.empty);
  if (control.empty === 'unseen') return empty;
  return empty.length === results.length ? [] : empty.filter(({ quantifier }) => quantifier === 'some');
}

/** A finding is one line of a bundle: what was read is shown for the first, and the count is always whole. */
const exceptionsWithReadings = 100;
const listedExceptions = 50_000;

/** Any item that breaks makes a fail; else any that is unseen; only then, and over complete populations, a pass. */
function combine(
  compiled: CompiledControl,
  input: EvaluationInput,
  results: readonly ClauseResult[],
  seen: readonly Seen[],
): Conclusion {
  const { control } = compiled;
  const { record } = input;
  const items = mergeItems(results.flatMap((result) => result.items));
  const faulty = items.find(({ verdict }) => verdict === 'fault');
  const broken = items.filter(({ verdict }) => verdict === 'breaks');
  const unseen = [
    ...items.filter(({ verdict }) => verdict === 'unseen').flatMap((item) => unseenItems(item, record)),
    ...results.flatMap(({ incomplete }) => incomplete.map((list) => incompleteItem(list, seen))),
    ...emptyClauses(control, results).map((result) => whyEmpty(result, compiled, input)),
  ];
  const population = {
    items: items.length,
    exceptions: broken.length,
    unseen: items.filter(({ verdict }) => verdict === 'unseen').length,
    complete: results.every(({ incomplete }) => incomplete.length === 0),
    basis: basisOf(seen),
  };
  const exceptions = broken.slice(0, listedExceptions).map(({ item, readings }, index) => ({
    item,
    fingerprint: fingerprint(control.id, record.subject.id, item),
    readings: index < exceptionsWithReadings ? readings : [],
  }));
  const rest = { population, exceptions, unseen: distinctUnseen(unseen) };
  if (broken.length > 0) return { reason: 'fail', message: control.message, ...rest };
  if (faulty) return { reason: 'error', message: faulty.fault ?? '', ...rest };
  if (unseen.length > 0) return { reason: 'unseen', message: unseen[0]?.message ?? '', ...rest };
  if (items.length === 0) {
    const { nothing = 'there is nothing of the kind here' } = control;
    return { reason: 'not-applicable', message: nothing, ...rest };
  }
  return { reason: 'pass', message: passMessage(items.length), ...rest };
}

/** A clause over parameters has nothing to ask of a fact that was not seen; else nobody declared what, or there is none. */
function whyEmpty(
  result: ClauseResult,
  { control, needs }: CompiledControl,
  { record, params }: EvaluationInput,
): UnseenItem {
  const blind = record.observations.find((one) => one.kind === 'unseen' && needs.includes(one.fact));
  if (result.population === undefined && blind?.kind === 'unseen')
    return { item: '', fact: blind.fact, ...blind.reason };
  return undeclaredItem(control, params) ?? emptyItem(result);
}

function passMessage(items: number): string {
  return items === 1 ? '1 item tried, no exceptions' : `${items} items tried, no exceptions`;
}

const rank = { breaks: 3, fault: 2, unseen: 1, holds: 0 } as const;

/** Clauses that speak of the same item are one item; the worst verdict stands. */
function mergeItems(items: readonly ItemResult[]): readonly ItemResult[] {
  const merged = new Map<string, ItemResult>();
  for (const item of items) {
    const before = merged.get(item.item);
    if (!before || rank[item.verdict] > rank[before.verdict]) merged.set(item.item, item);
  }
  return [...merged.values()];
}
