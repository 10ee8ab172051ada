import { readFileSync } from 'node:fs';
import { controlPaths } from '../src/cli/package-files.ts';
import { type ControlCases, parseCases } from '../src/config/case-file.ts';
import { type LoadedControl, loadControl } from '../src/config/load-control.ts';
import { type EvaluationInput, evaluate, runClauses } from '../src/engine/evaluate.ts';
import { factValidators } from '../src/engine/fact-validation.ts';
import { effectiveParams } from '../src/engine/params.ts';
import type { Location } from '../src/engine/presence.ts';
import { facts } from '../src/facts/index.ts';
import type { Completeness, FactSchema, Finding, Json, Observation, Subject } from '../src/model/index.ts';

export type ControlCase = ControlCases['satisfied'][number];

/** Every control of the library with its cases. */
export const library = (await controlPaths()).map((file) => {
  const loaded = loadControl(file, readFileSync(file, 'utf8'), facts);
  const caseFile = `tests/${file}`;
  return { loaded, cases: parseCases(caseFile, readFileSync(caseFile, 'utf8')) };
});

const collectedAt = '2026-11-20T00:00:00.000Z';
const definitions = new Map(facts.map((fact) => [fact.name, fact]));
const validate = factValidators(facts);

/** The observations that a case describes: lists are whole unless the case says that they miss members. */
export function observationsOf({ compiled }: LoadedControl, one: ControlCase): readonly Observation[] {
  const named = Object.entries(one.facts).map(([fact, value]) =>
    value === 'unseen'
      ? unseenObservation(fact, one.at ?? collectedAt)
      : seenObservation(fact, value, one.incomplete[fact] ?? [], one.at ?? collectedAt),
  );
  const missing = compiled.needs.filter((need) => !(need in one.facts));
  return [...named, ...missing.map((fact) => unseenObservation(fact, one.at ?? collectedAt))];
}

/** Judges observations as a scan would. */
export function judge(
  loaded: LoadedControl,
  observations: readonly Observation[],
  params: Readonly<Record<string, Json>>,
): Finding {
  return evaluate(loaded.compiled, inputOf(loaded, observations, params));
}

/** The scalars that the judgement of a control reads, and the lists of facts that it runs over. */
export function readsOf(
  loaded: LoadedControl,
  observations: readonly Observation[],
  params: Readonly<Record<string, Json>>,
): { readonly scalars: readonly Location[]; readonly lists: readonly Location[] } {
  const seen = observations.filter((one) => one.kind === 'seen');
  const results = runClauses(loaded.compiled, inputOf(loaded, observations, params), seen);
  return {
    scalars: results.flatMap(({ items }) => items.flatMap(({ readings }) => readings)),
    lists: results.flatMap(({ population }) => (population ? [population] : [])),
  };
}

/** The schema of a value inside a fact. */
export function schemaAt(fact: string, at: readonly string[]): FactSchema | undefined {
  let schema: FactSchema | undefined = definitions.get(fact)?.schema;
  for (const key of at) {
    if (schema?.type === 'array') schema = schema.items;
    else if (schema?.type === 'map') schema = schema.values;
    else schema = schema?.type === 'object' ? schema.properties[key] : undefined;
  }
  return schema;
}

function inputOf(
  { source: { control } }: LoadedControl,
  observations: readonly Observation[],
  params: Readonly<Record<string, Json>>,
): EvaluationInput {
  const subject: Subject = {
    id: 'subject',
    targetId: 'subject',
    kind: control.subject,
    locator: 'tls://subject.example:443',
    host: 'subject.example',
    port: 443,
    tags: [],
    optional: false,
  };
  const overrides = Object.entries(params).map(([param, value]) => ({
    origin: 'target' as const,
    of: subject.id,
    control: control.id,
    param,
    value,
    reason: 'case',
  }));
  return {
    record: { format: 0, subject, vantage: 'case', identity: {}, connections: 0, observations },
    params: effectiveParams(control, subject, { format: 0, overrides }),
    environment: 'prod',
    knowledge: { definitions, validate },
  };
}

function unseenObservation(fact: string, at: string): Observation {
  return {
    ...observed(fact, at),
    kind: 'unseen',
    reason: { code: 'ERR_CASE', message: 'unseen', remedy: 'look' },
  };
}

function seenObservation(fact: string, value: Json, incomplete: readonly string[], at: string): Observation {
  const schema = definitions.get(fact)?.schema;
  const lists = schema ? listsOf(schema, value, '') : [];
  const completeness = lists.map(
    ({ list, returned }): Completeness => ({
      list,
      basis: 'the case',
      returned,
      missing: incomplete.includes(list) ? [{ what: 'members', why: 'the case says so' }] : [],
    }),
  );
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

/** Lists and maps of a value that are not inside a list. */
function listsOf(
  schema: FactSchema,
  value: Json,
  pointer: string,
): readonly { readonly list: string; readonly returned: number }[] {
  if (schema.type === 'array') return [{ list: pointer, returned: (value as readonly Json[]).length }];
  if (schema.type === 'map') return [{ list: pointer, returned: Object.keys(value as object).length }];
  if (schema.type !== 'object') return [];
  return Object.entries(schema.properties).flatMap(([key, child]) => {
    const inner = (value as Record<string, Json>)[key];
    return inner === undefined ? [] : listsOf(child, inner, `${pointer}/${key}`);
  });
}
