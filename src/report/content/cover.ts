import type { Assessment, Audit, Scope } from '../../model/index.ts';
import type { Block, Fact } from '../block.ts';
import { localTime, utcTime } from '../local-time.ts';
import type { ReportInput } from '../report-input.ts';
import { boundaryWords, firstAddressWords, proxyWords, targetsWords, testsWords } from '../scope-words.ts';
import type { Tally } from '../tally.ts';
import { shown } from '../visible.ts';
import { counted, draftWords, grouped, interruptedWords, signatureWords, whatItIsNot } from '../words.ts';
import { shortened } from './finding.ts';

const nameLimit = 120;
const notStated = 'not stated: no configuration file named it';

/** Page 1: what was looked at, when, by whom, and what vouches for it. */
export function* cover(input: ReportInput, counts: Tally): Iterable<Block> {
  yield* coverNotices(input);
  yield* coverFacts(input, counts);
}

/** What has to be known before anything else is read. */
export function* coverNotices(input: ReportInput): Iterable<Block> {
  const { run } = input.assessment;
  yield { kind: 'paragraph', text: whatItIsNot };
  yield { kind: 'paragraph', text: draftWords, tone: 'warning' };
  if (input.seal.signature.kind === 'unsigned') {
    yield { kind: 'paragraph', text: signatureWords(input.seal), tone: 'warning' };
  }
  const interrupted = interruptedWords(run);
  if (interrupted !== undefined) yield { kind: 'paragraph', text: interrupted, tone: 'warning' };
}

export function* coverFacts(input: ReportInput, counts: Tally): Iterable<Block> {
  yield {
    kind: 'facts',
    facts: [...whatFacts(input), ...scopeFacts(input.assessment, counts), ...whoFacts(input, counts)],
  };
}

function whatFacts({ assessment }: ReportInput): readonly Fact[] {
  const { scope, run, audits } = assessment;
  const named = (value: string | undefined): readonly string[] => [shown(value ?? notStated, nameLimit)];
  const auditLines = audits.map(({ title, audit }) => shown(auditWords(title, audit, assessment), 240));
  return [
    { label: 'Organisation', values: named(scope.organisation), style: 'strong' },
    { label: 'System', values: named(scope.system), style: 'strong' },
    { label: 'Environment', values: named(scope.environment) },
    { label: 'Audits', values: auditLines.length === 0 ? ['none declared'] : shortened(auditLines, 6) },
    {
      label: 'As of',
      values: [
        `${utcTime(run.startedAt)} to ${utcTime(run.endedAt)}`,
        `${localTime(run.startedAt, run.utcOffsetMinutes)} local time of the scan`,
      ],
    },
  ];
}

function auditWords(title: string, audit: Audit, assessment: Assessment): string {
  const { role, categories, period } = audit;
  const parts = [
    title,
    ...(role === undefined ? [] : [`as ${role}`]),
    ...(categories === undefined ? [] : [`categories ${categories.join(', ') || 'common to all only'}`]),
    ...(period === undefined ? [] : [`period ${period.from} to ${period.to}`]),
    boundaryWords(audit, assessment),
  ];
  return parts.join('; ');
}

/** What the organisation says of itself, which the scope's own tests compare with what was met. */
function registerFacts({ registers = {} }: Scope): readonly Fact[] {
  const values = Object.entries(registers).map(
    ([kind, { name, date, sha256 }]) => `${kind}: ${shown(name, nameLimit)} of ${date}, sha256 ${sha256}`,
  );
  return values.length === 0 ? [] : [{ label: 'Registers', values }];
}

function scopeFacts(assessment: Assessment, counts: Tally): readonly Fact[] {
  const { scope, run } = assessment;
  const inventory =
    scope.inventory === 'command-line'
      ? 'targets named on the command line; nothing shows that they are all there are'
      : `configuration file${scope.configurationSha256 === undefined ? '' : `, sha256 ${scope.configurationSha256}`}`;
  const outOfScope = scope.outOfScope.map(({ what, why }) => shown(`${what}: ${why}`, nameLimit));
  return [
    {
      label: 'Scope',
      values: [
        `${targetsWords(assessment)}, ${counted(counts.systems, 'system')} found at them: ` +
          `${grouped(counts.tested)} tested, ${grouped(counts.notReached)} not reached`,
        ...[firstAddressWords(assessment, 4), proxyWords(assessment, 4)].flatMap((words) => words ?? []),
      ],
      style: 'strong',
    },
    { label: 'Inventory', values: [inventory] },
    ...registerFacts(scope),
    {
      label: 'Out of scope',
      values: outOfScope.length === 0 ? ['nothing declared'] : shortened(outOfScope, 4),
    },
    {
      label: 'Tests',
      values: [
        `${testsWords(assessment)}; ${selectionWords(run.selection)}`,
        `control set sha256 ${run.controlSetSha256}`,
      ],
    },
  ];
}

function selectionWords(selection: Assessment['run']['selection']): string {
  const { frameworks, controls, tags, severity, probes = [] } = selection;
  const also = probes.length === 0 ? '' : `; also asked for: ${probes.join(', ')}`;
  const limits = [
    ...(frameworks.length === 0 ? [] : [`frameworks ${frameworks.join(', ')}`]),
    ...(controls.length === 0 ? [] : [`tests ${controls.join(', ')}`]),
    ...(tags.length === 0 ? [] : [`targets tagged ${tags.join(', ')}`]),
    ...(severity === 'low' ? [] : [`severity ${severity} and above`]),
  ];
  return limits.length === 0
    ? `the command line left none out${also}`
    : shown(`limited to ${limits.join('; ')}${also}`, nameLimit * 2);
}

function whoFacts({ assessment, seal, bundleName }: ReportInput, counts: Tally): readonly Fact[] {
  const { run } = assessment;
  const { user, host, root } = run.operator;
  const operator = `${user} on ${host}, ${root ? 'as root' : 'not as root'}; vantage ${run.vantage}`;
  const facts: readonly Fact[] = [
    { label: 'Run by', values: [shown(operator, nameLimit * 2)] },
    { label: 'Rights on systems', values: shortened(counts.rights.map(rightsWords), 4) },
    {
      label: 'Tool',
      values: [
        `assay ${run.tool.version}, semantics ${run.tool.semantics}`,
        `run ${shown(run.id, nameLimit)}`,
      ],
    },
    {
      label: 'Signature',
      values: [signatureWords(seal)],
      style: 'strong',
    },
    { label: 'Bundle', values: [shown(bundleName, nameLimit)] },
    { label: 'Bundle fingerprint', values: [seal.fingerprint], style: 'code' },
  ];
  return facts.filter(({ values }) => values.length > 0);
}

function rightsWords({ principal, firstSubject, subjects }: Tally['rights'][number]): string {
  const where = subjects === 1 ? firstSubject : counted(subjects, 'system');
  if (principal === undefined) return `${where}: no log-in, looked at from the network`;
  const privileges = shortened(principal.privileges, 5).join(', ') || 'no privileges recorded';
  return shown(`${where}: logged in as ${principal.name} (${privileges})`, nameLimit * 2);
}
