import { type ControlFile, parseControl } from '../config/control-file.ts';
import type { Control } from '../model/index.ts';
import { packagePath, readPackageFile, sha256Hex } from './package-files.ts';

/** The controls of assay as the build parsed them, by path: one holds as long as its YAML file has the same digest. */
type CompiledControls = Readonly<
  Record<string, { readonly sha256: string; readonly control: Control } | undefined>
>;

const compiledPath = 'dist/controls.json';

/** Where the build writes them, as a path of this machine. */
export const compiledControlsFile = packagePath(compiledPath);

/** The text of the build's file. */
export function compiledControls(files: readonly { readonly path: string; readonly text: string }[]): string {
  const compiled: CompiledControls = Object.fromEntries(
    files.map(({ path, text }) => [
      path,
      { sha256: sha256Hex(text), control: parseControl(path, text).control },
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
