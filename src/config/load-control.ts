import { type CompiledControl, compileControl } from '../engine/assertion.ts';
import { AssertionFault } from '../engine/syntax.ts';
import {
  AssayError,
  type Control,
  type ControlSource,
  type FactDefinition,
  type FactSchema,
} from '../model/index.ts';
import { type ControlFile, parseControl } from './control-file.ts';
import { didYouMean } from './suggest.ts';

/** A control file that was read and whose expressions were checked against the facts. */
export interface LoadedControl {
  readonly source: ControlSource;
  /** The facts that it reads, by name. */
  readonly needs: readonly string[];
  /** Compiled at first use where the build has checked it: most scans use a few of the library's controls. */
  readonly compiled: CompiledControl;
  readonly parsed: ControlFile;
}

/**
 * Reads and compiles one control file.
 *
 * @throws AssayError ERR_YAML or ERR_CONTROL: `file:line:column expected …, got …`, also inside an expression.
 */
export function loadControl(file: string, text: string, facts: readonly FactDefinition[]): LoadedControl {
  return loadParsed(file, text, parseControl(file, text), facts);
}

/** The same of a file that is parsed already. */
export function loadParsed(
  file: string,
  text: string,
  parsed: ControlFile,
  facts: readonly FactDefinition[],
): LoadedControl {
  const { control, builtNeeds } = parsed;
  let compiled = builtNeeds === undefined ? compiledOf(parsed, facts) : undefined;
  const needed = (): CompiledControl => {
    compiled ??= compiledOf(parsed, facts);
    return compiled;
  };
  return {
    source: { file, text, control },
    needs: builtNeeds ?? needed().needs,
    get compiled() {
      return needed();
    },
    parsed,
  };
}

function compiledOf(parsed: ControlFile, facts: readonly FactDefinition[]): CompiledControl {
  const { control } = parsed;
  try {
    return compileControl(control, facts);
  } catch (error) {
    if (!(error instanceof AssertionFault)) throw error;
    const path = error.part === 'expect' ? ['expect'] : ['applies-when', 'expression'];
    const meant = meantBy(error, control, facts);
    throw new AssayError('ERR_CONTROL', `${parsed.at(path, error.offset)} ${error.message}${meant}`, {
      cause: error,
      remedy: 'correct the expression; docs/controls.md lists what it may hold',
    });
  }
}

/** What was probably meant where the check knows no such name or text. */
function meantBy(
  { message, slip }: AssertionFault,
  control: Control,
  facts: readonly FactDefinition[],
): string {
  if (slip) return didYouMean(slip.word, slip.known);
  const [, name] = /(?:No such key|Unknown variable): (\w+)/.exec(message) ?? [];
  if (name === undefined) return '';
  const own = facts.filter(({ subject }) => subject === control.subject);
  const names = own.flatMap((fact) => [...fact.name.split('.'), ...fieldNames(fact.schema)]);
  const known = new Set([...names, ...Object.keys(control.params), 'params', 'observed']);
  // A name that is a field elsewhere is not one here.
  known.delete(name);
  return didYouMean(name, known);
}

function fieldNames(schema: FactSchema): readonly string[] {
  switch (schema.type) {
    case 'array':
      return fieldNames(schema.items);
    case 'map':
      return fieldNames(schema.values);
    case 'object':
      return Object.entries(schema.properties).flatMap(([key, child]) => [key, ...fieldNames(child)]);
    default:
      return [];
  }
}
