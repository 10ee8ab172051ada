import { untestedState } from '../src/engine/requirement-state.ts';
import type {
  AuditResult,
  Control,
  Framework,
  Requirement,
  RequirementResult,
  RequirementState,
} from '../src/model/index.ts';
import { subjectKinds } from '../src/model/index.ts';
import { rolledUp, subjectOf } from './engine/roll-up-fixture.ts';

const introduction = `# Coverage

What the controls that exist can decide today. \`npm run docs\` writes this page with the roll-up that scans use, fed with
one system of every kind on which every control passes: **no scan can say more than this page**. A test keeps it true.

- **Decided**: every element is decided on every kind of system that it concerns; a scan can find *no exceptions*.
- **Partly**: tests decide some elements (*n of m*); or all of them, and a person has to complete the requirement, or one
  partial control alone decides them, which is never enough. Never better than *partly tested*.
- **No test yet**: a machine could help, and no control does. *Supporting* evidence alone decides nothing.
- **People**: a document or an interview.

Headings are not counted. A criterion or a standard has, besides its own elements, the state of what stands under it.
[decisions/requirement-states.md](decisions/requirement-states.md) has the rules.
`;

interface Covered {
  readonly framework: Framework;
  readonly result: AuditResult;
  readonly told: ReadonlyMap<string, RequirementResult>;
}

/** The whole text of `docs/coverage.md`. */
export function coverageDocument(frameworks: readonly Framework[], controls: readonly Control[]): string {
  const covered = frameworks.map((framework) => best(framework, controls));
  return [
    introduction,
    totals(covered),
    domains(frameworks, controls),
    ...covered.map((each) => listOf(each, controls)),
  ].join('\n');
}

/** The best that a scan can say: every control passes on the one system of its kind. */
export function best(framework: Framework, controls: readonly Control[]): Covered {
  const subjects = subjectKinds.map((kind) => subjectOf(kind, kind));
  const result = rolledUp({ framework, controls, subjects });
  return { framework, result, told: new Map(result.requirements.map((each) => [each.id, each])) };
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const rule = `|${head.map(() => '---').join('|')}|`;
  const [first, ...rest] = [head, ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return `${[first, rule, ...rest].join('\n')}\n`;
}

function totals(covered: readonly Covered[]): string {
  const rows = covered.map(({ framework, result: { assessable, states } }) => [
    framework.title,
    assessable,
    states['no-exceptions'],
    states['partly-tested'],
    states['not-tested'],
    states['needs-document'],
  ]);
  const head = ['framework', 'requirements', 'decided', 'partly', 'no test yet', 'people'];
  return `## By framework\n\n${table(head, rows)}`;
}

function domainOf({ id }: Control): string {
  return id.slice(0, id.indexOf('.'));
}

function decides(control: Control, framework: string, requirement: string): boolean {
  return (control.satisfies[framework] ?? []).some(
    ({ id, strength }) => id === requirement && strength !== 'supporting',
  );
}

/** Requirements that controls of one domain decide something of, and those that they only support. */
function domains(frameworks: readonly Framework[], controls: readonly Control[]): string {
  const names = [...new Set(controls.map(domainOf))].sort();
  const rows = names.map((name) => {
    const own = controls.filter((control) => domainOf(control) === name);
    return [`\`${name}\``, own.length, ...frameworks.map((framework) => linkCounts(framework.id, own))];
  });
  const head = ['domain', 'controls', ...frameworks.map(({ id }) => `\`${id}\``)];
  const note = 'Requirements of which its controls decide an element, + those that they only support.';
  return `## By domain\n\n${note}\n\n${table(head, rows)}`;
}

function linkCounts(framework: string, controls: readonly Control[]): string {
  const links = controls.flatMap(({ satisfies }) => satisfies[framework] ?? []);
  const of = (supporting: boolean) =>
    new Set(links.filter(({ strength }) => (strength === 'supporting') === supporting).map(({ id }) => id));
  const deciding = of(false);
  const supported = [...of(true)].filter((id) => !deciding.has(id));
  return `${deciding.size} + ${supported.length}`;
}

function listOf({ framework, told, result }: Covered, controls: readonly Control[]): string {
  const assessable = framework.requirements.filter(({ testability }) => testability !== 'rollup');
  const inState = (...states: readonly RequirementState[]) =>
    assessable.filter((each) => states.includes(told.get(each.id)?.state ?? untestedState(each)));
  const shown = inState('no-exceptions', 'partly-tested');
  const rows = shown.map((requirement) => row(requirement, told.get(requirement.id), framework.id, controls));
  const head = ['requirement', 'about', 'result', 'elements', 'still open', 'tests in'];
  const sentence = `${shown.length} of ${result.assessable} requirements:`;
  const others = [
    idsOf('No test yet', inState('not-tested')),
    idsOf('People', inState('needs-document')),
  ].join('\n');
  return `## ${framework.title}\n\n${sentence}\n\n${table(head, rows)}\n${others}`;
}

function idsOf(label: string, requirements: readonly Requirement[]): string {
  return `${label} (${requirements.length}): ${requirements.map(({ id }) => `\`${id}\``).join(', ')}.\n`;
}

function row(
  { id, title }: Requirement,
  result: RequirementResult | undefined,
  framework: string,
  controls: readonly Control[],
): readonly string[] {
  const { elements, undecided = [], children } = result ?? {};
  const own = [...new Set(controls.filter((each) => decides(each, framework, id)).map(domainOf))].sort();
  const through = children === undefined || own.length > 0 ? [] : ['what stands under it'];
  return [
    `\`${id}\``,
    title.replaceAll('|', '\\|'),
    result?.state === 'no-exceptions' ? 'decided' : 'partly',
    elements === undefined ? '' : `${elements.decided} of ${elements.of}`,
    undecided.join(', '),
    [...own, ...through].join(', '),
  ];
}
