import type { AssayFile } from '../config/assay-file.ts';
import { parseTargetList } from '../config/target-list.ts';
import type { Target } from '../model/index.ts';
import type { ConfigurationFile } from './configuration-file.ts';
import { readInputText } from './input-files.ts';
import { refuseTwice } from './named-targets.ts';

/**
 * The targets that a configuration describes, and after them those that its `targets-file` lists.
 *
 * @param described those of the file, with their paths resolved
 * @throws AssayError ERR_TARGET, ERR_LITERAL_SECRET, with file:line:column for what is inside the list
 */
export async function configuredTargets(
  { config: { targetsFile }, at }: AssayFile,
  described: readonly Target[],
  locate: ConfigurationFile['locate'],
): Promise<readonly Target[]> {
  if (targetsFile === undefined) return described;
  const file = locate(targetsFile);
  const text = await readInputText(file, 'a list of targets', 'ERR_TARGET');
  const listed = parseTargetList(file.name, text, undefined);
  refuseTwice(listed);
  const locators = new Set(described.map(({ locator }) => locator));
  const further = listed.filter(({ target }) => !locators.has(target.locator));
  refuseTwice([...described.map((target, index) => ({ target, at: at(['targets', index]) })), ...further]);
  return [...described, ...further.map(({ target }) => target)];
}
