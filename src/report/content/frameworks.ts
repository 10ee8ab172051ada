import type { AuditLimit, AuditResult, RequirementState } from '../../model/index.ts';
import type { Block } from '../block.ts';
import { denominatorWords } from '../denominator.ts';
import type { ReportInput } from '../report-input.ts';
import { shown } from '../visible.ts';
import { grouped, stateWords } from '../words.ts';
import { shortened } from './finding.ts';

const states = Object.keys(stateWords) as readonly RequirementState[];

/** One line for each framework: every requirement of it in one state, so that the line sums to its total. */
export function* frameworksBlocks({ assessment, frameworks }: ReportInput): Iterable<Block> {
  const { audits } = assessment;
  if (audits.length === 0) {
    yield { kind: 'paragraph', text: 'No framework was selected and no audit declared.' };
    return;
  }
  const parts = new Set(
    audits.flatMap(({ audit: { framework }, assessable }) => {
      const words = denominatorWords(frameworks.get(framework), assessable);
      return words === undefined ? [] : [`${framework}: ${words}`];
    }),
  );
  yield {
    kind: 'table',
    caption: ['Requirements by state; the states of a line sum to its total', ...parts].join('; '),
    columns: [
      { title: 'Framework, boundary', share: 22, style: 'strong' },
      ...states.map((state) => ({ title: stateWords[state], share: 11, style: 'number' as const })),
      { title: 'total', share: 8, style: 'number' },
    ],
    rows: audits.map(({ audit, states: of, assessable }) => [
      shown([audit.framework, ...audit.boundaryTags].join(' '), 60),
      ...states.map((state) => grouped(of[state])),
      grouped(assessable),
    ]),
  };
  const limits = [...new Set(audits.flatMap((audit) => audit.limits ?? []))];
  if (limits.length > 0)
    yield {
      kind: 'paragraph',
      text: `No requirement can be without exceptions here: ${limits.map((limit) => limitWords[limit]).join('; ')}.`,
      tone: 'quiet',
    };
}

const limitWords: Readonly<Record<AuditLimit, string>> = {
  'not-declared': 'no configuration declares the audit',
  controls: 'only some tests were asked for',
  severity: 'tests of lower severity were left out',
  tags: 'only some systems were asked for',
  profile: 'the profile selects only some tests',
};

/** Why requirements are not tested: their tests came to no conclusion, or there is none. */
export function untestedWords(audits: readonly AuditResult[]): string {
  const parts = audits.map(({ audit, states: of, requirements }) => {
    const tried = requirements.filter(({ state, controls }) => state === 'not-tested' && controls > 0);
    return `${audit.framework} ${grouped(tried.length)} of ${grouped(of['not-tested'])}`;
  });
  return `Requirements not tested although this scan has tests for them: ${shortened(parts, 8).join(', ')}. For the others it has none.`;
}
