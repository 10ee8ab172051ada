import type { Json, Reason } from '../model/index.ts';
import type { CompiledControl } from './assertion.ts';
import { type FactKnowledge, runClauses } from './evaluate.ts';
import { type FieldRead, fieldReads, timesRead } from './field-reads.ts';
import { atOtherTimes, changesOf, mutated, valueAt } from './mutant.ts';
import { sampleOf } from './sample.ts';
import { inputOf, judgeSituation, observationsOf, type Situation, timeOf } from './situation.ts';

/** A change that moved a verdict. */
export interface Kill {
  readonly situation: string;
  readonly change: string;
  readonly before: Reason;
  readonly after: Reason;
}

/** How the verdicts of all cases answered to changes of one field. */
export interface FieldMutation {
  /** `tls.leaf.certificates[].notAfter`, `tls.versions["TLSv1.3"]`, `observed.tls.leaf` */
  readonly field: string;
  /** Changes tried over all cases; 0 where no case has the field. */
  readonly mutants: number;
  /** Those that moved the verdict. */
  readonly moved: number;
  /** The first of them. */
  readonly kill?: Kill;
}

/** A pass that outlived the loss of what it rests on. */
export interface Breach {
  readonly field: string;
  readonly situation: string;
  readonly change: string;
}

export interface MutationResult {
  /** Every field that the assertion reads, by name. */
  readonly fields: readonly FieldMutation[];
  readonly breaches: readonly Breach[];
}

/**
 * Changes, one at a time, everything that an assertion reads in the situations given, and judges again. A field whose
 * changes never move a verdict is one that the control does not depend on, or that its cases do not try; a pass that
 * stays when something it rests on is lost breaks the first law.
 *
 * A verdict moves between exceptions, none and not applicable: that a control is not tested where something is not
 * there says nothing of what it depends on.
 *
 * @param judge the engine that is tried; tests give one with a defect
 */
export function mutate(
  compiled: CompiledControl,
  situations: readonly Situation[],
  knowledge: FactKnowledge,
  judge: typeof judgeSituation = judgeSituation,
): MutationResult {
  const reasonOf: ReasonOf = (situation) => judge(compiled, situation, knowledge).reason;
  const cases = situations.map((situation) => ({
    ...restsOf(compiled, situation, knowledge),
    situation,
    reason: reasonOf(situation),
  }));
  const pool = valuesByField(cases);
  const times = timesRead(compiled);
  const tried = cases.flatMap((one) => [
    ...one.reads.flatMap((read) => tryField(one, read, pool.get(read.field) ?? [], reasonOf)),
    ...tryTimes(one, times, reasonOf),
  ]);
  const names = [...fieldsOfSample(compiled, knowledge), ...times, ...tried.map(({ field }) => field)];
  return {
    fields: [...new Set(names)].sort().map((field) =>
      summaryOf(
        field,
        tried.filter((one) => one.field === field),
      ),
    ),
    breaches: tried
      .filter(({ isBreach }) => isBreach)
      .map(({ field, kill: { situation, change } }) => ({ field, situation, change })),
  };
}

type ReasonOf = (situation: Situation) => Reason;

interface Rests {
  readonly reads: readonly FieldRead[];
  /** Places, as `fact#pointer`, without which there is no pass. */
  readonly proofs: ReadonlySet<string>;
}

interface Case extends Rests {
  readonly situation: Situation;
  readonly reason: Reason;
}

interface Tried {
  readonly field: string;
  readonly moved: boolean;
  readonly isBreach: boolean;
  readonly kill: Kill;
}

/** What the judgement of a situation rests on. */
function restsOf(compiled: CompiledControl, situation: Situation, knowledge: FactKnowledge): Rests {
  const observations = observationsOf(compiled, situation, knowledge);
  const input = inputOf(compiled, observations, situation, knowledge);
  const params = Object.fromEntries(Object.entries(input.params).map(([name, { value }]) => [name, value]));
  const seen = observations.filter((one) => one.kind === 'seen');
  const results = runClauses(compiled, input, seen);
  const proofs = results.flatMap(({ items, population, quantifier }) => [
    // Of several witnesses one suffices.
    ...(quantifier === 'some' ? [] : items.flatMap(({ readings }) => readings)),
    // Where emptiness means that there is nothing of the kind, an empty list proves something.
    ...(population && compiled.control.empty === 'unseen' ? [population] : []),
  ]);
  return {
    reads: fieldReads(compiled, situation.facts, params, knowledge),
    proofs: new Set(proofs.map(({ fact, pointer }) => `${fact}#${pointer}`)),
  };
}

function valuesByField(cases: readonly Case[]): ReadonlyMap<string, readonly Json[]> {
  const values = new Map<string, Json[]>();
  for (const { situation, reads } of cases) {
    for (const read of reads) {
      const value = valueAt(situation, read);
      if (value !== undefined) values.set(read.field, [...(values.get(read.field) ?? []), value]);
    }
  }
  return values;
}

function tryField(
  { situation, reason, proofs }: Case,
  read: FieldRead,
  pool: readonly Json[],
  reasonOf: ReasonOf,
): readonly Tried[] {
  const value = valueAt(situation, read);
  if (value === undefined) return [];
  const isProof = proofs.has(`${read.fact}#${read.pointer}`);
  return changesOf(read, value, pool).map((change) => {
    const after = reasonOf(mutated(situation, read, change));
    return {
      field: read.field,
      moved: change.kind !== 'removed' && isMove(reason, after),
      isBreach: change.kind !== 'flipped' && isProof && after === 'pass',
      kill: { situation: situation.name, change: change.words, before: reason, after },
    };
  });
}

function tryTimes(
  { situation, reason }: Case,
  fields: readonly string[],
  reasonOf: ReasonOf,
): readonly Tried[] {
  return fields.flatMap((field) =>
    atOtherTimes(situation, timeOf(situation)).map(({ words, situation: later }) => {
      const after = reasonOf(later);
      const kill = { situation: situation.name, change: words, before: reason, after };
      return { field, moved: isMove(reason, after), isBreach: false, kill };
    }),
  );
}

const decided: ReadonlySet<Reason> = new Set(['pass', 'fail', 'not-applicable']);

function isMove(before: Reason, after: Reason): boolean {
  return before !== after && decided.has(before) && decided.has(after);
}

/** Fields that the assertion could read, were everything there. */
function fieldsOfSample(compiled: CompiledControl, knowledge: FactKnowledge): readonly string[] {
  const facts = Object.fromEntries(
    compiled.needs.flatMap((fact) => {
      const schema = knowledge.definitions.get(fact)?.schema;
      return schema ? [[fact, sampleOf(schema, 'everything')]] : [];
    }),
  );
  const params = Object.fromEntries(
    Object.entries(compiled.control.params).map(([name, spec]) => [name, spec.default]),
  );
  return fieldReads(compiled, facts, params, knowledge).map(({ field }) => field);
}

function summaryOf(field: string, tried: readonly Tried[]): FieldMutation {
  const moved = tried.filter((one) => one.moved);
  const [first] = moved;
  return {
    field,
    mutants: tried.length,
    moved: moved.length,
    ...(first ? { kill: first.kill } : {}),
  };
}
