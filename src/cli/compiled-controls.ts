import { type ControlFile, parseControl } from '../config/control-file.ts';
import type { LoadedControl } from '../config/load-control.ts';
import type { Control } from '../model/index.ts';
import { packagePath, readPackageFile, sha256Hex } from './package-files.ts';

/** The controls of assay as the build left them, by path: one holds as long as its YAML file has the same digest. */
type CompiledControls = Readonly<
  Record<
    string,
    { readonly sha256: string; readonly control: Control; readonly needs: readonly string[] } | undefined
  >
>;

const compiledPath = 'dist/controls.json';

/** Where the build writes them, as a path of this machine. */
export const compiledControlsFile = packagePath(compiledPath);

/** The text of the build's file, of controls whose expressions were checked. */
export function compiledControls(loaded: readonly LoadedControl[]): string {
  const compiled: CompiledControls = Object.fromEntries(
    loaded.map(({ source: { file, text, control }, compiled: { needs } }) => [
      file,
      { sha256: sha256Hex(text), control, needs },
    ]),
  );
  return JSON.stringify(compiled);
}

/**
 * A reader of assay's own control files. Parsing their YAML takes longer than a small scan, so it takes what the build
 * left; an edited file is parsed again, and so is one whose places are asked for, which is where it has a mistake.
 */
export async function compiledControlReader(): Promise<(path: string, text: string) => ControlFile> {
  const compiled = await readCompiled();
  return (path, text) => {
    const found = compiled[path];
    if (found?.sha256 !== sha256Hex(text)) return parseControl(path, text);
    return {
      control: found.control,
      builtNeeds: found.needs,
      at: (...place) => parseControl(path, text).at(...place),
      keyAt: (place) => parseControl(path, text).keyAt(place),
    };
  };
}

async function readCompiled(): Promise<CompiledControls> {
  try {
    return JSON.parse((await readPackageFile(compiledPath)).toString('utf8')) as CompiledControls;
  } catch {
    // Not built, or half built: the YAML files say the same.
    return {};
  }
}
