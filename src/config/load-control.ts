import { type CompiledControl, compileControl } from '../engine/assertion.ts';
import { AssertionFault } from '../engine/syntax.ts';
import { AssayError, type ControlSource, type FactDefinition } from '../model/index.ts';
import { type ControlFile, parseControl } from './control-file.ts';

/** A control file that was read and whose expressions were checked against the facts. */
export interface LoadedControl {
  readonly source: ControlSource;
  readonly compiled: CompiledControl;
  readonly parsed: ControlFile;
}

/**
 * Reads and compiles one control file.
 *
 * @throws AssayError ERR_YAML or ERR_CONTROL: `file:line:column expected …, got …`, also inside an expression.
 */
export function loadControl(file: string, text: string, facts: readonly FactDefinition[]): LoadedControl {
  const parsed = parseControl(file, text);
  const { control } = parsed;
  try {
    return { source: { file, text, control }, compiled: compileControl(control, facts), parsed };
  } catch (error) {
    if (!(error instanceof AssertionFault)) throw error;
    const path = error.part === 'expect' ? ['expect'] : ['applies-when', 'expression'];
    throw new AssayError('ERR_CONTROL', `${parsed.at(path, error.offset)} ${error.message}`, {
      cause: error,
      remedy: 'correct the expression; docs/controls.md lists what it may hold',
    });
  }
}
