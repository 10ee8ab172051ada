import type { Framework } from '../model/index.ts';
import type { ElementView, LinkedControl, RequirementView } from './requirement-view.ts';

const labelWidth = 16;

function row(label: string, text: string): string {
  return `${label.padEnd(labelWidth)}${text.replaceAll('\n', `\n${' '.repeat(labelWidth)}`)}\n`;
}

function rows(all: readonly (readonly [label: string, text: string | undefined])[]): string {
  return all.map(([label, text]) => (text === undefined || text === '' ? '' : row(label, text))).join('');
}

/** What the tree is, what it leaves out and what is in doubt, then every requirement below its heading. */
export function wholeTree(framework: Framework, requirements: readonly RequirementView[]): string {
  const { id, title, version, roles = [], categories = [], leftOut = [], doubts = [] } = framework;
  const head = rows([
    ['framework', id],
    ['title', `${title}, ${version}`],
    ['roles', roles.join(', ')],
    ['categories', categories.join(', ')],
    ['left out', leftOut.map(({ what, why }) => `${what}: ${why}`).join('\n')],
    ['in doubt', doubts.join('\n')],
  ]);
  return `${head}\n${tree(requirements)}`;
}

function tree(requirements: readonly RequirementView[]): string {
  const depths = new Map<string, number>();
  return requirements
    .map(({ id, parent, title, testability, elements, controls }) => {
      const depth = parent === null ? 0 : (depths.get(parent) ?? 0) + 1;
      depths.set(id, depth);
      const by = testability === 'rollup' ? '' : `  (${testability})`;
      const begun = elements.filter(({ decidedBy }) => decidedBy.length > 0).length;
      const notes = [
        ...(elements.length > 0 ? [`${begun} of ${counted(elements.length, 'element')} tested`] : []),
        ...(controls.length > 0 ? [counted(controls.length, 'control')] : []),
      ];
      const noted = notes.length > 0 ? `  [${notes.join(', ')}]` : '';
      return `${'  '.repeat(depth)}${id}  ${title}${by}${noted}\n`;
    })
    .join('');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** One requirement: its elements, what decides each and on which kinds, what nothing decides, what a person adds. */
export function describeRequirement(requirement: RequirementView): string {
  const { elements, controls, testability } = requirement;
  const tested = elements.filter(({ decidedBy }) => decidedBy.length > 0);
  const open = elements.filter(({ openOn }) => openOn.some((kind) => kind !== 'document'));
  const shown = elements.filter(({ openOn }) => openOn.includes('document'));
  const supporting = controls.filter(({ strength }) => strength === 'supporting');
  const evidence = requirement.evidence?.split('; ') ?? [];
  const documents = firstOfPeople(requirement, evidence);
  return rows([
    ['requirement', requirement.id],
    ['title', requirement.title],
    ['section', requirement.section],
    ['kind', requirement.kind],
    ['testability', testability],
    ['citation', requirement.citation],
    ['applies to', requirement.appliesTo?.join(', ')],
    ['category', requirement.category],
    ['frequency', requirement.frequency],
    ['tested', tested.map(testedLine).join('\n') || noTest(requirement)],
    ['not tested yet', open.map(openLine).join('\n')],
    ['a person shows', shown.map(({ id, title }) => `${id}: ${title}`).join('\n')],
    ['to look at', evidence.slice(0, documents).join('; ')],
    ['a person adds', evidence.slice(documents).join('; ')],
    ['supporting', supporting.map(linkText).join('\n')],
  ]);
}

/** Evidence names first what systems show, then the documents and interviews that people give. */
function firstOfPeople({ testability }: RequirementView, evidence: readonly string[]): number {
  if (testability === 'manual') return 0;
  const first = evidence.findIndex((each) => each.startsWith('document:'));
  return first === -1 ? evidence.length : first;
}

function noTest({ testability, elements }: RequirementView): string | undefined {
  if (testability === 'rollup') return undefined;
  return elements.length > 0 ? 'nothing yet' : 'no test decides any of it';
}

function testedLine({ id, title, decidedBy }: ElementView): string {
  return [`${id}: ${title}`, ...decidedBy.map((link) => `  ${link.kind}: ${linkText(link)}`)].join('\n');
}

/** The control, with what the link says of it where that is not what the control says of itself. */
function linkText({ id, proves, doesNotProve }: LinkedControl): string {
  const said = [
    ...(proves === undefined ? [] : [`proves here: ${proves}`]),
    ...(doesNotProve === undefined ? [] : [`does not prove here: ${doesNotProve}`]),
  ];
  return [id, ...said.map((text) => `    ${text}`)].join('\n');
}

function openLine({ id, title, decidedBy, openOn }: ElementView): string {
  const kinds = openOn.filter((kind) => kind !== 'document').join(', ');
  return decidedBy.length > 0 ? `${id}, on ${kinds}` : `${id}: ${title} (${kinds})`;
}
