import type { ControlCases } from '../src/config/case-file.ts';
import type { FieldMutation, MutationResult } from '../src/engine/mutation.ts';
import { type Others, otherScannersSection } from './other-scanners.ts';

export interface TriedControl {
  readonly id: string;
  readonly title: string;
  readonly cases: ControlCases;
  readonly result: MutationResult;
}

const introduction = `# Accuracy

How each control was tried: by its cases, and by changes of everything that its assertion reads in them. \`npm run docs\`
writes this page from \`controls/\` and \`tests/controls/\`, a test keeps it true, and \`assay controls test --mutate\` does
the same for your own.

One at a time, each field that the assertion reads is changed in each case, and the case is judged again:

- **flipped**: another member of an enumeration; the other bool; a number one up, one down and 0; a time a day and twenty
  years earlier and later; another text; a list with one member less, or with those of another case; and every value
  that the field has in any other case;
- **emptied**: a list without members;
- **removed**: not there, as if it could not be seen.

The build fails where no change of a field moves a verdict in any case (the control does not depend on the field, or its
cases do not try it), and where a pass outlives the loss of something that it rests on. A verdict moves between
*exceptions*, *no exceptions* and *not applicable*; that something missing is *not tested* is not counted as moved. What
does not move is right as often as not: a rule that is already hidden may have any method.
`;

/** What no server of others could be had for. */
const flawProbes = `## Probes for known flaws

The probe for ccs-injection finds it in Node 0.10.28, whose OpenSSL 1.0.1g has it, and not in the repaired 0.10.29
(\`tests/peers/tls-flaws.test.ts\`). That heartbleed, robot and ticketbleed are found out is tried against fakes of our
own alone (\`tests/live/flawed-servers.ts\`), made from what is published: no server with them could be had. That
servers without a flaw are not accused of it is tried against node:tls, openssl, nginx and gnutls-serv as well.
`;

const words = {
  pass: 'no exceptions',
  fail: 'exceptions',
  unseen: 'not tested',
  error: 'fault',
  'not-applicable': 'not applicable',
} as const;

/** The whole text of `docs/accuracy.md`. */
export function accuracyDocument(controls: readonly TriedControl[], others: Others): string {
  const fields = controls.flatMap(({ result }) => result.fields);
  const sum = (count: (field: FieldMutation) => number): number =>
    fields.reduce((total, field) => total + count(field), 0);
  const total =
    `${controls.length} controls, ${controls.reduce((count, { cases }) => count + countOf(cases), 0)} cases, ` +
    `${fields.length} fields read, ${sum(({ mutants }) => mutants)} changes tried, ` +
    `${sum(({ moved }) => moved)} moved a verdict; ` +
    `${fields.filter(({ moved }) => moved === 0).length} fields that nothing moves, ` +
    `${controls.reduce((count, { result }) => count + result.breaches.length, 0)} unproven passes.\n\n${flawProbes}`;
  return [introduction, total, ...controls.map(section), otherScannersSection(others)].join('\n');
}

function countOf({ satisfied, notSatisfied, unseen, notApplicable }: ControlCases): number {
  return satisfied.length + notSatisfied.length + unseen.length + notApplicable.length;
}

function section({ id, title, cases, result }: TriedControl): string {
  const kinds = [
    `${cases.satisfied.length} satisfied`,
    `${cases.notSatisfied.length} not satisfied`,
    `${cases.unseen.length} not tested`,
    ...(cases.notApplicable.length > 0 ? [`${cases.notApplicable.length} not applicable`] : []),
  ];
  return [
    `## ${id}\n`,
    `${title}. Cases: ${kinds.join(', ')}.\n`,
    '| field | changes | moved | the first that moved it |',
    '|---|---|---|---|',
    ...result.fields.map(row),
    '',
  ].join('\n');
}

function row({ field, mutants, moved, kill }: FieldMutation): string {
  const first = kill
    ? `“${kill.situation}”: ${kill.change}: ${words[kill.before]} → ${words[kill.after]}`
    : 'none';
  return `| \`${field}\` | ${mutants} | ${moved} | ${first.replaceAll('|', '\\|')} |`;
}
