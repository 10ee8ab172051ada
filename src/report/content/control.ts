import type { Control, ControlResult, Finding } from '../../model/index.ts';
import type { Fact } from '../block.ts';
import { reasonsInOrder } from '../order.ts';
import type { ReportInput } from '../report-input.ts';
import { counted, grouped, reasonCount, strengthWords } from '../words.ts';

/** The population of subjects of one control: declared, tested, and how each went; the states sum to the whole. */
export function subjectsWords(result: ControlResult): string {
  const tested = result.reasons.pass + result.reasons.fail;
  if (result.subjects === 0) return 'no system of its kind in scope: it judged nothing';
  const parts = reasonsInOrder
    .filter((reason) => result.reasons[reason] > 0)
    .map((reason) => reasonCount(result.reasons, reason));
  return `${counted(result.subjects, 'system')} of its kind in scope, ${grouped(tested)} tested: ${parts.join(' + ')}`;
}

export function remediationFacts(control: Control): readonly Fact[] {
  return Object.entries(control.remediation).map(([product, text]) => ({
    label: product === 'any' ? 'Remediation' : `Remediation, ${product}`,
    values: [text.trim()],
  }));
}

export function proofFacts(control: Control): readonly Fact[] {
  return [
    { label: 'Proves', values: [control.proves.trim()] },
    { label: 'Does not prove', values: [control.doesNotProve.trim()] },
  ];
}

/** One line a framework. */
export function requirementsFact(input: ReportInput, requirements: Finding['requirements']): readonly Fact[] {
  const byFramework = new Map<string, string[]>();
  for (const { framework, id, strength, element } of requirements) {
    const part = element === undefined ? '' : `: ${element}`;
    const links = byFramework.get(framework) ?? [];
    links.push(`${id} (${strengthWords[strength]}${part})`);
    byFramework.set(framework, links);
  }
  const values = [...byFramework].map(
    ([framework, links]) => `${input.frameworks.get(framework)?.title ?? framework}: ${links.join(', ')}`,
  );
  return values.length === 0 ? [] : [{ label: 'Evidence toward', values }];
}

export function linksOf(control: Control): Finding['requirements'] {
  return Object.entries(control.satisfies).flatMap(([framework, links]) =>
    links.map(({ id, strength, element }) => ({
      framework,
      id,
      strength,
      ...(element === undefined ? {} : { element }),
    })),
  );
}
