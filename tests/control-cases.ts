import { readFileSync } from 'node:fs';
import { controlPaths } from '../src/cli/package-files.ts';
import { parseCases } from '../src/config/case-file.ts';
import { type LoadedControl, loadControl } from '../src/config/load-control.ts';
import { evaluate, runClauses } from '../src/engine/evaluate.ts';
import type { Location } from '../src/engine/presence.ts';
import { inputOf, knowledgeOf, observationsOf as observe, type Situation } from '../src/engine/situation.ts';
import { facts } from '../src/facts/index.ts';
import type { FactSchema, Finding, Json, Observation } from '../src/model/index.ts';

export const knowledge = knowledgeOf(facts);

/** Every control of the library with its cases. */
export const library = (await controlPaths()).map((path) => {
  const loaded = loadControl(path, readFileSync(path, 'utf8'), facts);
  const casePath = `tests/${path}`;
  const file = parseCases(casePath, readFileSync(casePath, 'utf8'));
  return { loaded, file, cases: file.cases };
});

/** The observations that a case describes. */
export function observationsOf({ compiled }: LoadedControl, one: Situation): readonly Observation[] {
  return observe(compiled, one, knowledge);
}

function situation(params: Situation['params'], subject: Situation['subject']) {
  return subject === undefined ? { params } : { params, subject };
}

/** Judges observations as a scan would. */
export function judge(
  { compiled }: LoadedControl,
  observations: readonly Observation[],
  params: Readonly<Record<string, Json>>,
  subject?: Situation['subject'],
): Finding {
  return evaluate(compiled, inputOf(compiled, observations, situation(params, subject), knowledge));
}

/** The scalars that the judgement of a control reads, and the lists of facts that it runs over. */
export function readsOf(
  { compiled }: LoadedControl,
  observations: readonly Observation[],
  params: Readonly<Record<string, Json>>,
  subject?: Situation['subject'],
): { readonly scalars: readonly Location[]; readonly lists: readonly Location[] } {
  const seen = observations.filter((one) => one.kind === 'seen');
  const results = runClauses(
    compiled,
    inputOf(compiled, observations, situation(params, subject), knowledge),
    seen,
  );
  return {
    scalars: results.flatMap(({ items }) => items.flatMap(({ readings }) => readings)),
    lists: results.flatMap(({ population }) => (population ? [population] : [])),
  };
}

/** The schema of a value inside a fact. */
export function schemaAt(fact: string, at: readonly string[]): FactSchema | undefined {
  let schema: FactSchema | undefined = knowledge.definitions.get(fact)?.schema;
  for (const key of at) {
    if (schema?.type === 'array') schema = schema.items;
    else if (schema?.type === 'map') schema = schema.values;
    else schema = schema?.type === 'object' ? schema.properties[key] : undefined;
  }
  return schema;
}
