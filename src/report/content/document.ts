import type { Block } from '../block.ts';
import type { ReportInput } from '../report-input.ts';
import type { Tally } from '../tally.ts';
import { evidenceSection, queriesSection, requirementsSection, testsSection } from './appendix.ts';
import { changesBlocks } from './changes.ts';
import { exceptionsSection } from './exceptions.ts';
import { noExceptionsSection, notApplicableSection } from './no-exceptions.ts';
import { notTestedSection } from './not-tested.ts';
import { exceptionsByOwnControl, ownControlsSection } from './own-controls.ts';
import { parametersSection } from './parameters.ts';
import { summary } from './summary.ts';
import { isTailored, tailoringSection } from './tailoring.ts';
import { legendSection } from './verify.ts';

export interface Section {
  readonly id: string;
  readonly title: string;
  /** Starts on a page of its own where there are pages. */
  readonly newPage: boolean;
  readonly blocks: (input: ReportInput, counts: Tally) => Iterable<Block>;
  /** Absent: always there. */
  readonly applies?: (input: ReportInput, counts: Tally) => boolean;
}

const ownControls = {
  id: 'own-controls',
  title: 'Own controls',
  newPage: true,
  blocks: ownControlsSection,
} as const;

function hasOwnControls({ assessment }: ReportInput): boolean {
  return (assessment.scope.ownControls ?? []).length > 0;
}

const sections: readonly Section[] = [
  { id: 'summary', title: 'Summary', newPage: true, blocks: summary },
  {
    id: 'changes',
    title: 'What changed',
    newPage: true,
    blocks: changesBlocks,
    applies: ({ assessment }) => assessment.changes !== undefined,
  },
  { ...ownControls, applies: ({ order }) => order === 'own-controls' },
  {
    id: 'exceptions',
    title: 'Exceptions',
    newPage: true,
    blocks: (input, counts) =>
      (input.order === undefined ? exceptionsSection : exceptionsByOwnControl)(input, counts),
  },
  { id: 'not-tested', title: 'Not tested', newPage: false, blocks: notTestedSection },
  {
    id: 'not-applicable',
    title: 'Not applicable',
    newPage: false,
    blocks: notApplicableSection,
    applies: ({ assessment }) => assessment.counts['not-applicable'] > 0,
  },
  {
    id: 'tailoring',
    title: 'Tailoring',
    newPage: false,
    blocks: tailoringSection,
    applies: isTailored,
  },
  { id: 'no-exceptions', title: 'No exceptions', newPage: false, blocks: noExceptionsSection },
  { ...ownControls, applies: (input) => hasOwnControls(input) && input.order === undefined },
  {
    id: 'parameters',
    title: 'Parameters that are not the default',
    newPage: false,
    blocks: parametersSection,
    applies: (_input, { changedParams }) => changedParams.length > 0,
  },
  { id: 'tests', title: 'Tests', newPage: true, blocks: testsSection },
  {
    id: 'queries',
    title: 'Queries',
    newPage: false,
    blocks: queriesSection,
    applies: (_input, { queries }) => queries.size > 0,
  },
  {
    id: 'requirements',
    title: 'Requirements',
    newPage: true,
    blocks: requirementsSection,
    applies: ({ assessment }) => assessment.audits.some(({ requirements }) => requirements.length > 0),
  },
  { id: 'evidence', title: 'Evidence', newPage: true, blocks: evidenceSection },
  { id: 'legend', title: 'Legend', newPage: false, blocks: legendSection },
];

/** What follows page 1, in reading order. */
export function sectionsOf(input: ReportInput, counts: Tally): readonly Section[] {
  return sections.filter(({ applies }) => applies?.(input, counts) ?? true);
}
