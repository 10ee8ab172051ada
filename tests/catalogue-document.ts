import { type Strength, strengths } from '../src/model/index.ts';
import { type Domain, type Kept, keptOf, linksOf } from './catalogue.ts';

/** What was planned before each check was examined. */
export const plan = {
  checks: 440,
  links: { full: 12, partial: 1647, supporting: 1784 } satisfies Record<Strength, number>,
};

const introduction = `# Catalogue

Every check that was planned, and what came of it when it was examined by itself: can looking prove it, over a population
that can be known; is its limit what its source says; would an auditor take it as evidence for that very requirement.
\`npm run docs\` writes this page from the files in \`docs/catalogue/\`, one a domain, and a test keeps the two equal and the
entries of controls that exist equal to the controls.

- **accepted**: built as planned. **corrected**: narrowed, given another limit, severity or population, or opt-in.
- **merged**: another one says it already. **dropped**: cannot be proved, cannot fail, or would touch.
- **built**: \`done\`, or the folder that will collect what it needs. Ids of what is merged or dropped are not used again.
- **opt-in**: a target could feel it (log-ins, canaries, flaw probes); off unless asked for by name.
- **links**: to requirements, partial (decides one element) and supporting (a person weighs it). Links that no assessor
  would take were cut: a setting is no risk management, a log no review of logs, one path no whole population.
`;

type Row = readonly (string | number)[];

/**
 * The whole text of `docs/catalogue.md`.
 *
 * @param controls ids of those that exist
 */
export function catalogueDocument(domains: readonly Domain[], controls: readonly string[]): string {
  const planned = new Set(domains.flatMap(({ entries }) => entries.map(({ id }) => id)));
  return [
    introduction,
    decisions(domains),
    links(keptOf(domains)),
    beyond(controls.filter((id) => !planned.has(id))),
    ...domains.map(section),
  ].join('\n');
}

function table(head: readonly string[], rows: readonly Row[]): string {
  const rule = `|${head.map(() => '---').join('|')}|`;
  const line = (cells: Row): string => `| ${cells.join(' | ')} |`;
  return `${[line(head), rule, ...rows.map(line)].join('\n')}\n`;
}

const kinds = ['accepted', 'corrected', 'merged', 'dropped'] as const;

function decisions(domains: readonly Domain[]): string {
  const row = (name: string, of: readonly Domain[]): Row => {
    const entries = of.flatMap((each) => each.entries);
    const kept = keptOf(of);
    return [
      name,
      entries.length,
      ...kinds.map((kind) => entries.filter(({ decision }) => decision === kind).length),
      kept.filter(({ built }) => built === 'done').length,
      kept.filter(({ active }) => active).length,
    ];
  };
  const head = ['domain', 'planned', ...kinds, 'done', 'opt-in'];
  const rows = domains.map((domain) => row(domain.name, [domain]));
  return `## By domain\n\n${table(head, [...rows, row('**all**', domains)])}`;
}

function links(kept: readonly Kept[]): string {
  const now = kept.flatMap(linksOf);
  const rows = strengths.map((strength) => [
    strength,
    plan.links[strength],
    now.filter((each) => each.strength === strength).length,
  ]);
  const planned = strengths.reduce((sum, strength) => sum + plan.links[strength], 0);
  return `## Links to requirements\n\n${table(
    ['strength', 'planned', 'now'],
    [...rows, ['**all**', planned, now.length]],
  )}`;
}

function beyond(ids: readonly string[]): string {
  const list = ids.map((id) => `- \`${id}\``);
  return `## Beyond the plan\n\n${list.length === 0 ? 'None.' : list.join('\n')}\n`;
}

function section({ name, entries }: Domain): string {
  const rows = entries.map((entry): Row => {
    const reason = entry.reason.trim().replaceAll('|', '\\|');
    switch (entry.decision) {
      case 'merged':
        return [`\`${entry.id}\``, `merged into \`${entry.into}\``, reason, '', '', '', ''];
      case 'dropped':
        return [`\`${entry.id}\``, 'dropped', reason, '', '', '', ''];
      default:
        return [`\`${entry.id}\``, entry.decision, reason, ...rest(entry)];
    }
  });
  const head = ['id', 'decision', 'why', 'subject', 'facts', 'built', 'links'];
  return `## ${name}\n\n${table(head, rows)}`;
}

function rest(entry: Kept): Row {
  const { subject, facts, built, active } = entry;
  const all = linksOf(entry);
  const counts = strengths.flatMap((strength) => {
    const count = all.filter((each) => each.strength === strength).length;
    return count === 0 ? [] : [`${count} ${strength}`];
  });
  return [
    subject,
    facts.map((fact) => `\`${fact}\``).join(', '),
    active ? `${built}, opt-in` : built,
    counts.length === 0 ? 'none' : counts.join(', '),
  ];
}
