import type { FactKnowledge } from '../engine/evaluate.ts';
import { tokensOf } from '../engine/json-pointer.ts';
import type { Situation } from '../engine/situation.ts';
import type { FactDefinition, FactSchema } from '../model/index.ts';
import type { CaseFile } from './case-file.ts';
import { factMistake } from './check-facts.ts';
import type { LoadedControl } from './load-control.ts';
import { valueFault } from './param-bounds.ts';
import { didYouMean } from './suggest.ts';
import type { YamlPath } from './yaml.ts';

interface Located {
  readonly place: string;
  readonly sentence: string;
}

/** The first name or value in a case that the control or its facts do not have. */
export function caseMistake(
  loaded: LoadedControl,
  file: CaseFile,
  { situation, path }: { readonly situation: Situation; readonly path: YamlPath },
  { definitions }: FactKnowledge,
): Located | undefined {
  const { control } = loaded.source;
  const own = [...definitions.values()].filter(({ subject }) => subject === control.subject);
  return (
    paramMistake(loaded, file, situation, path) ??
    factsMistake(own, file, situation, path) ??
    incompleteMistake(own, file, situation, path)
  );
}

function paramMistake(
  { source: { control } }: LoadedControl,
  { at, keyAt }: CaseFile,
  { params }: Situation,
  path: YamlPath,
): Located | undefined {
  const known = Object.keys(control.params);
  for (const [name, value] of Object.entries(params)) {
    const spec = known.includes(name) ? control.params[name] : undefined;
    if (spec === undefined) {
      const sentence = `expected a parameter of ${control.id}, got "${name}"${didYouMean(name, known)}`;
      return { place: keyAt([...path, 'params', name]), sentence };
    }
    const fault = valueFault(spec, value);
    if (fault) return { place: at([...path, 'params', name, ...fault.path]), sentence: fault.sentence };
  }
  return undefined;
}

function factsMistake(
  own: readonly FactDefinition[],
  { at, keyAt }: CaseFile,
  { facts }: Situation,
  path: YamlPath,
): Located | undefined {
  for (const [name, value] of Object.entries(facts)) {
    const definition = own.find((fact) => fact.name === name);
    if (definition === undefined) return unknownFact(name, own, keyAt([...path, 'facts', name]));
    const mistake =
      value === 'unseen' ? undefined : factMistake(definition.schema, value, [...path, 'facts', name]);
    if (mistake) return { place: (mistake.isKey ? keyAt : at)(mistake.path), sentence: mistake.sentence };
  }
  return undefined;
}

function unknownFact(name: string, own: readonly FactDefinition[], place: string): Located {
  const names = own.map((fact) => fact.name);
  const meant = didYouMean(name, names);
  return { place, sentence: `expected one of the facts ${names.join(', ')}, got "${name}"${meant}` };
}

function incompleteMistake(
  own: readonly FactDefinition[],
  { at, keyAt }: CaseFile,
  { incomplete }: Situation,
  path: YamlPath,
): Located | undefined {
  for (const [name, pointers] of Object.entries(incomplete)) {
    const here = [...path, 'incomplete', name];
    const definition = own.find((fact) => fact.name === name);
    if (definition === undefined) return unknownFact(name, own, keyAt(here));
    const index = pointers.findIndex((pointer) => !isList(definition.schema, tokensOf(pointer)));
    if (index >= 0) {
      const sentence = `expected the JSON pointer of a list of ${name}, got "${pointers[index]}"`;
      return { place: at([...here, index]), sentence };
    }
  }
  return undefined;
}

function isList(schema: FactSchema | undefined, [token, ...rest]: readonly string[]): boolean {
  if (schema?.type === 'array' && token !== undefined)
    return /^\d+$/.test(token) && isList(schema.items, rest);
  if (token === undefined) return schema?.type === 'array' || schema?.type === 'map';
  return schema?.type === 'object' && isList(schema.properties[token], rest);
}
