import { createHash } from 'node:crypto';
import type { Table } from '../block.ts';
import { worstFirst } from '../order.ts';
import type { ReportInput } from '../report-input.ts';
import type { OwnerTally, Tally } from '../tally.ts';
import { visible } from '../visible.ts';
import { counted, grouped } from '../words.ts';

const mostOwners = 2;
const nameLimit = 120;

/** One line for each severity and owner: what they have to see to, and by when. */
export function exceptionsByOwner(
  { assessment }: ReportInput,
  { bySeverity }: Tally,
  caption: string,
): Table {
  return {
    kind: 'table',
    caption,
    totalled: true,
    columns: [
      { title: 'Severity', share: 11, style: 'severity' },
      { title: 'Owner', share: 38 },
      { title: 'Findings', share: 10, style: 'number' },
      { title: 'Systems', share: 10, style: 'number' },
      { title: 'Items', share: 9, style: 'number' },
      { title: 'First due', share: 21 },
    ],
    rows: [
      ...worstFirst.flatMap((severity) => {
        const owners = [...(bySeverity.get(severity)?.owners ?? [])];
        return owners.length === 0 ? [[severity, '', '0', '0', '0', '']] : ownerRows(severity, owners);
      }),
      ['total', '', grouped(assessment.counts.fail), '', grouped(assessment.exceptions), ''],
    ],
  };
}

/** Those with most items first; the findings arrive by subject, so what is equal keeps that order. */
function ownerRows(
  severity: string,
  owners: readonly (readonly [string, OwnerTally])[],
): readonly (readonly string[])[] {
  const sorted = [...owners].sort(([, a], [, b]) => b.items - a.items);
  const rows = sorted
    .slice(0, mostOwners)
    .map(([name, { findings, subjects, items, due, overdue }]) => [
      severity,
      ownerName(name) || 'nobody named',
      grouped(findings),
      grouped(subjects),
      grouped(items),
      dueWords(due, overdue),
    ]);
  const others = sorted.slice(mostOwners);
  if (others.length === 0) return rows;
  const sum = (count: (owner: OwnerTally) => number): number =>
    others.reduce((total, [, owner]) => total + count(owner), 0);
  const dues = others.flatMap(([, { due }]) => due ?? []).sort();
  return [
    ...rows,
    [
      severity,
      `${counted(others.length, 'other owner')}`,
      grouped(sum(({ findings }) => findings)),
      '',
      grouped(sum(({ items }) => items)),
      dueWords(
        dues[0],
        sum(({ overdue }) => overdue),
      ),
    ],
  ];
}

/** A name as it is; of one too long for any cell, the beginning and what tells it from all others. */
function ownerName(name: string): string {
  const characters = Array.from(name);
  if (characters.length <= nameLimit) return visible(name);
  const digest = createHash('sha256').update(name).digest('hex');
  return visible(`${characters.slice(0, nameLimit).join('')}… (sha256 ${digest.slice(0, 16)})`);
}

function dueWords(due: string | undefined, overdue: number): string {
  if (due === undefined) return 'not stated';
  return overdue === 0 ? due : `${due}; ${grouped(overdue)} OVERDUE`;
}
