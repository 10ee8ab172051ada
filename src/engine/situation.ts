import type {
  Completeness,
  FactDefinition,
  FactSchema,
  Finding,
  Json,
  Observation,
  Subject,
} from '../model/index.ts';
import type { CompiledControl } from './assertion.ts';
import { type EvaluationInput, evaluate, type FactKnowledge } from './evaluate.ts';
import { factValidators } from './fact-validation.ts';
import { appendToken, tokensOf } from './json-pointer.ts';
import { effectiveParams } from './params.ts';

/** What a control is judged on without a scan: the values of facts, and what is known of them. */
export interface Situation {
  readonly name: string;
  /** Collection time of the facts, UTC with milliseconds. */
  readonly at?: string;
  /** Parameters that differ from their defaults. */
  readonly params: Readonly<Record<string, Json>>;
  /** Values by fact name; the string `unseen` for one that could not be seen. A fact left out is unseen too. */
  readonly facts: Readonly<Record<string, Json>>;
  /** JSON pointers of lists known to miss members, by fact name. */
  readonly incomplete: Readonly<Record<string, readonly string[]>>;
  /** What `applies-when` asks of the system. */
  readonly subject?: {
    readonly id?: string;
    /** Of the locator: `tls`, `starttls+smtp`. */
    readonly scheme?: string;
    readonly host?: string;
    readonly tags?: readonly string[];
    readonly environment?: string;
  };
}

const collectedAt = '2026-11-20T00:00:00.000Z';

export function knowledgeOf(facts: readonly FactDefinition[]): FactKnowledge {
  return {
    definitions: new Map(facts.map((fact) => [fact.name, fact])),
    validate: factValidators(facts),
  };
}

/** The time at which a situation's facts were collected. */
export function timeOf({ at }: Situation): string {
  return at ?? collectedAt;
}

/** The observations of a situation: lists are whole unless it says that they miss members. */
export function observationsOf(
  { needs }: CompiledControl,
  situation: Situation,
  { definitions }: FactKnowledge,
): readonly Observation[] {
  const at = timeOf(situation);
  const missing = needs.filter((need) => !Object.hasOwn(situation.facts, need));
  const named = Object.entries(situation.facts).map(([fact, value]) =>
    value === 'unseen'
      ? unseen(fact, at)
      : seen(fact, value, at, completenessOf(definitions.get(fact), value, situation.incomplete[fact] ?? [])),
  );
  return [...named, ...missing.map((fact) => unseen(fact, at))];
}

/** What a scan would judge, had it made these observations in this situation. */
export function inputOf(
  { control }: CompiledControl,
  observations: readonly Observation[],
  { params, subject: declared = {} }: Pick<Situation, 'params' | 'subject'>,
  knowledge: FactKnowledge,
): EvaluationInput {
  const {
    id = 'subject',
    scheme = 'tls',
    host = 'subject.example',
    tags = [],
    environment = 'prod',
  } = declared;
  const subject: Subject = {
    ...{ id, targetId: id, kind: control.subject, locator: `${scheme}://${host}:443`, host, port: 443, tags },
    optional: false,
  };
  const overrides = Object.entries(params).map(([param, value]) => ({
    ...{ origin: 'target' as const, of: id, control: control.id, param, value },
    reason: 'the case says so',
  }));
  return {
    record: { format: 0, subject, vantage: 'case', identity: {}, connections: 0, observations },
    params: effectiveParams(control, subject, { format: 0, overrides }),
    environment,
    knowledge,
  };
}

/** Judges a situation as a scan would. */
export function judgeSituation(
  compiled: CompiledControl,
  situation: Situation,
  knowledge: FactKnowledge,
): Finding {
  const observations = observationsOf(compiled, situation, knowledge);
  return evaluate(compiled, inputOf(compiled, observations, situation, knowledge));
}

function unseen(fact: string, at: string): Observation {
  const reason = { code: 'ERR_CASE', message: 'the case says that it was not seen', remedy: 'look' };
  return { ...observed(fact, at), kind: 'unseen', reason };
}

function seen(fact: string, value: Json, at: string, completeness: readonly Completeness[]): Observation {
  return { ...observed(fact, at), kind: 'seen', value, completeness, withheld: [] };
}

function observed(fact: string, at: string) {
  return {
    fact,
    method: 'TEST',
    startedAt: at,
    endedAt: at,
    attempts: 1,
    requests: [],
    evidence: [],
  } as const;
}

function completenessOf(
  definition: FactDefinition | undefined,
  value: Json,
  incomplete: readonly string[],
): readonly Completeness[] {
  const whole = definition === undefined ? [] : listsOf(definition.schema, value, '');
  const missing = incomplete.map((list) => ({
    ...{ list, basis: 'the case', returned: memberCount(value, list) },
    missing: [{ what: 'members', why: 'the case says so' }],
  }));
  const others = whole.filter(({ list }) => !incomplete.includes(list));
  return [...others.map((entry) => ({ ...entry, basis: 'the case', missing: [] })), ...missing];
}

function memberCount(value: Json, list: string): number {
  let at: Json | undefined = value;
  for (const token of tokensOf(list)) at = (at as Readonly<Record<string, Json>> | undefined)?.[token];
  return Object.keys(at ?? {}).length;
}

/** Lists and maps of a value that are not inside a list; a value of another shape has none. */
function listsOf(
  schema: FactSchema,
  value: Json | undefined,
  pointer: string,
): readonly { readonly list: string; readonly returned: number }[] {
  if (typeof value !== 'object' || value === null) return [];
  if (schema.type === 'array' || schema.type === 'map')
    return [{ list: pointer, returned: Object.keys(value).length }];
  if (schema.type !== 'object') return [];
  return Object.entries(schema.properties).flatMap(([key, child]) =>
    listsOf(child, (value as Readonly<Record<string, Json>>)[key], appendToken(pointer, key)),
  );
}
