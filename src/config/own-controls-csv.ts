import { readTable } from './csv-table.ts';
import type { OwnControlRow, Placed } from './own-control-row.ts';
import { refusalOf } from './refusal.ts';

const required = ['id', 'wording', 'owner', 'frequency'] as const;
const optional = ['requirements', 'controls'] as const;

const refusal = refusalOf('ERR_OWN_CONTROLS');

/** Entries of a cell that holds several, separated by semicolons or line breaks. */
function entriesOf({ text, place }: Placed): readonly Placed[] {
  return text
    .split(/[;\n]/)
    .map((entry) => ({ text: entry.trim(), place }))
    .filter((entry) => entry.text !== '');
}

function requirementOf({ text, place }: Placed): OwnControlRow['requirements'][number] {
  const [, framework, id] = /^(\S+)\s+(.+)$/.exec(text) ?? [];
  if (framework === undefined || id === undefined)
    throw refusal(
      place,
      `expected a framework and a requirement (soc2-2017 CC6.7), got "${text}"`,
      'separate several by semicolons',
    );
  return { framework: { text: framework, place }, id: { text: id, place } };
}

/**
 * Reads own controls from CSV. Cells are texts, also those that a spreadsheet would take for a formula.
 *
 * @throws AssayError ERR_CSV, ERR_OWN_CONTROLS
 */
export function readCsvRows(file: string, text: string): readonly OwnControlRow[] {
  const rows = readTable(file, text, required, optional, refusal);
  if (rows.length === 0)
    throw refusal(
      `${file}:1:1`,
      'expected a line for each own control below the headings, got none',
      `the first line names the columns: ${[...required, ...optional].join(',')}`,
    );
  return rows.map(({ id, wording, owner, frequency, requirements, controls }) => ({
    id,
    wording: wording.text,
    owner: owner.text,
    frequency: frequency.text,
    requirements: entriesOf(requirements).map(requirementOf),
    controls: entriesOf(controls),
  }));
}
