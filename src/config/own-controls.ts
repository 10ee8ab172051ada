import type { Control, Framework, OwnControl } from '../model/index.ts';
import { controlGroups } from './control-groups.ts';
import type { OwnControlRow, Placed } from './own-control-row.ts';
import { readCsvRows } from './own-controls-csv.ts';
import { readYamlRows } from './own-controls-yaml.ts';
import { refusalOf } from './refusal.ts';
import { didYouMean } from './suggest.ts';

const refusal = refusalOf('ERR_OWN_CONTROLS');

/**
 * Reads the organisation's own controls, from YAML or, where the file's name ends with `.csv`, from CSV. Beginnings of
 * ids become the ids of all controls of the library that begin so.
 *
 * @throws AssayError ERR_YAML, ERR_CSV, ERR_OWN_CONTROLS: `file:line:column expected …, got …`
 */
export function parseOwnControls(
  file: string,
  text: string,
  controls: readonly Control[],
  frameworks: readonly Framework[],
): readonly OwnControl[] {
  const rows = /\.csv$/i.test(file) ? readCsvRows(file, text) : readYamlRows(file, text);
  refuseRepeatedIds(rows);
  const groups = controlGroups(controls);
  return rows.map((row) => ({
    id: row.id.text,
    wording: row.wording,
    owner: row.owner,
    frequency: row.frequency,
    requirements: row.requirements.map((one) => requirementOf(one, frameworks)),
    controls: [...new Set(row.controls.flatMap((name) => controlsOf(name, groups)))].sort(),
  }));
}

function refuseRepeatedIds(rows: readonly OwnControlRow[]): void {
  const seen = new Map<string, string>();
  for (const { id } of rows) {
    const first = seen.get(id.text);
    if (first !== undefined)
      throw refusal(
        id.place,
        `expected each id once, got "${id.text}" again (first at ${first})`,
        'give each own control an id of its own',
      );
    seen.set(id.text, id.place);
  }
}

function requirementOf(
  { framework, id }: OwnControlRow['requirements'][number],
  frameworks: readonly Framework[],
): OwnControl['requirements'][number] {
  const tree = frameworks.find((one) => one.id === framework.text);
  const known = frameworks.map((one) => one.id);
  if (tree === undefined) {
    const sentence = `expected a known framework, got "${framework.text}"${didYouMean(framework.text, known)}`;
    throw refusal(framework.place, sentence, `assay knows ${known.join(', ')}`);
  }
  const ids = tree.requirements.map((one) => one.id);
  if (!ids.includes(id.text)) {
    const sentence = `expected a requirement of ${tree.id}, got "${id.text}"${didYouMean(id.text, ids)}`;
    throw refusal(id.place, sentence, `\`assay frameworks show ${tree.id}\` lists them all`);
  }
  return { framework: framework.text, id: id.text };
}

function controlsOf(
  { text, place }: Placed,
  groups: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const ids = groups.get(text);
  if (ids !== undefined) return ids;
  const sentence = `expected a control of assay, or the beginning of ids, got "${text}"${didYouMean(text, groups.keys())}`;
  throw refusal(place, sentence, '`assay controls list` names them all');
}
