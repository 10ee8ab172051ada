import type { LooserOverride, NotAskedFor, ProfileSelect, Tailoring } from '../../model/index.ts';
import type { Block, Table } from '../block.ts';
import type { ReportInput } from '../report-input.ts';
import { shown } from '../visible.ts';
import { counted, grouped } from '../words.ts';

const reasonLimit = 500;

/** True where not the whole library was asked for as it is. */
export function isTailored({ assessment: { scope, looser = [] } }: ReportInput): boolean {
  return scope.tailoring !== undefined || looser.length > 0 || scope.notAskedFor !== undefined;
}

/** `2 looser parameters, 1 test left out, 3 tests not asked for`; undefined where there is none. */
export function tailoredWords({ assessment }: ReportInput): string | undefined {
  const { scope } = assessment;
  const looser = assessment.looser?.length ?? 0;
  const excluded = scope.tailoring?.excluded.length ?? 0;
  const parts = [
    ...(looser === 0 ? [] : [counted(looser, 'looser parameter')]),
    ...(excluded === 0 ? [] : [`${counted(excluded, 'test')} left out`]),
    ...(scope.notAskedFor === undefined
      ? []
      : [`${counted(scope.notAskedFor.length, 'test')} not asked for (${groupsOf(scope.notAskedFor)})`]),
  ];
  return parts.length === 0 ? undefined : parts.join(', ');
}

/** The option that asks for them: `--probe flaws`. */
function groupsOf(controls: readonly NotAskedFor[]): string {
  return `--probe ${[...new Set(controls.map(({ probe }) => probe))].sort().join(',')}`;
}

/** Who gave an override: `the tag cde`, `the system`. */
export function givenBy({ origin, of }: Pick<LooserOverride, 'origin' | 'of'>): string {
  return of === '' ? `the ${origin}` : `the ${origin} ${of}`;
}

/** What the organisation changed of what assay would test: each change with who made it, and why. */
export function* tailoringSection({ assessment }: ReportInput): Iterable<Block> {
  const { tailoring, notAskedFor } = assessment.scope;
  yield looserBlock(assessment.looser ?? []);
  if (notAskedFor !== undefined) yield notAskedForTable(notAskedFor);
  if (tailoring === undefined) return;
  yield excludedBlock(tailoring);
  yield profilesTable(tailoring);
}

function looserBlock(looser: readonly LooserOverride[]): Block {
  if (looser.length === 0) return { kind: 'paragraph', text: 'No parameter is looser than its default.' };
  return {
    kind: 'table',
    caption: 'Parameters that are looser than the default, or not known to be at least as strict',
    columns: [
      { title: 'Test, parameter', share: 29, style: 'code' },
      { title: 'Value', share: 14, style: 'code' },
      { title: 'Default', share: 14, style: 'code' },
      { title: 'Given by', share: 12 },
      { title: 'Why', share: 22 },
      { title: 'Systems', share: 9, style: 'number' },
    ],
    rows: looser.map((override) => [
      `${override.control}\n${override.param}`,
      shown(JSON.stringify(override.value), 200),
      shown(JSON.stringify(override.default), 200),
      shown(givenBy(override), 100),
      shown(override.reason, reasonLimit),
      grouped(override.subjects),
    ]),
  };
}

function excludedBlock({ excluded }: Tailoring): Block {
  if (excluded.length === 0) return { kind: 'paragraph', text: 'No test is left out by a profile.' };
  return {
    kind: 'table',
    caption: 'Tests left out by a profile: they say nothing of any system',
    columns: [
      { title: 'Test', share: 34 },
      { title: 'Why', share: 32 },
      { title: 'Profile', share: 14 },
      { title: 'Requirements', share: 20 },
    ],
    rows: excluded.map(({ control, title, reason, profile, requirements }) => [
      `${shown(title, 200)} (${control})`,
      shown(reason, reasonLimit),
      profile,
      shown(requirements.map(({ framework, id }) => `${framework} ${id}`).join(', '), reasonLimit),
    ]),
  };
}

function notAskedForTable(controls: readonly NotAskedFor[]): Table {
  return {
    kind: 'table',
    caption: 'Tests that have to be asked for, and were not: they say nothing of any system',
    columns: [
      { title: 'Test', share: 50 },
      { title: 'Asked for by', share: 20, style: 'code' },
      { title: 'Requirements', share: 30 },
    ],
    rows: controls.map((each) => [
      `${shown(each.title, 200)} (${each.control})`,
      groupsOf([each]),
      shown(each.requirements.map(({ framework, id }) => `${framework} ${id}`).join(', '), reasonLimit),
    ]),
  };
}

function profilesTable({ profiles, selects }: Tailoring): Table {
  const selectOf = new Map(selects.map((select) => [select.profile, selectWords(select)]));
  return {
    kind: 'table',
    caption: 'Profiles in force, in the order in which they apply',
    columns: [
      { title: 'Profile', share: 32, style: 'strong' },
      { title: 'Selects', share: 30 },
      { title: 'sha256 of its file', share: 38, style: 'code' },
    ],
    rows: profiles.map(({ id, title, extends: parent, sha256 }) => [
      `${id}: ${shown(title, 200)}${parent === undefined ? '' : ` (extends ${parent})`}`,
      selectOf.get(id) ?? 'extended by another',
      sha256,
    ]),
  };
}

function selectWords({ frameworks, controls, severity }: ProfileSelect): string {
  const parts = [
    ...(frameworks.length === 0 ? [] : [`evidence toward ${frameworks.join(', ')}`]),
    ...(controls.length === 0 ? [] : [`tests ${controls.join(', ')}`]),
    ...(severity === 'low' ? [] : [`severity ${severity} and above`]),
  ];
  return parts.length === 0 ? 'every test' : shown(parts.join('; '), reasonLimit);
}
