import { setMaxListeners } from 'node:events';
import { dirname, relative, resolve } from 'node:path';
import { type CollectTask, collect } from '../collectors/collect.ts';
import type { CollectContext } from '../collectors/collector.ts';
import { loadCollector } from '../collectors/index.ts';
import { whyUnreachable } from '../collectors/reach.ts';
import { resolveTarget } from '../collectors/resolve-target.ts';
import { type FoundTarget, firstAssayFile } from '../config/first-file.ts';
import type { CollectedRecord, Subject, Target } from '../model/index.ts';
import { shown, visible } from '../report/visible.ts';
import { counted } from '../report/words.ts';
import { exitCodes } from './exit-code.ts';
import { loadFrameworks } from './framework-trees.ts';
import type { Io } from './io.ts';
import { nameTargets } from './named-targets.ts';
import { requireNothingAt, writeNewFile } from './new-file.ts';
import { packagePath } from './package-files.ts';

const timeoutMs = 5_000;
const concurrency = 8;
/** A name server may be silent; nothing is waited for longer than this. */
const limitMs = 120_000;

/**
 * `assay init`: looks at targets from outside, without a credential, and writes an `assay.yaml` to complete.
 *
 * @throws AssayError ERR_TARGET, ERR_LITERAL_SECRET, ERR_OUTPUT_EXISTS, ERR_OUTPUT
 */
export async function runInit(
  urls: readonly string[],
  options: { readonly out: string },
  io: Io,
): Promise<number> {
  const file = { name: options.out, path: resolve(io.cwd, options.out) };
  const targets = nameTargets(urls, { caFile: undefined, addresses: undefined }, undefined);
  await requireNothingAt(file);
  const signal = AbortSignal.timeout(limitMs);
  setMaxListeners(0, signal);
  const context: CollectContext = { timeoutMs, signal, scanName: 'assay/init', env: {} };
  const found = await Promise.all(
    targets.map((target, index) => find(urls[index] ?? '', target, context, io.clock)),
  );
  const schema = relative(dirname(file.path), packagePath('docs/schemas/assay.schema.json'));
  const text = firstAssayFile({
    found,
    frameworks: await loadFrameworks(),
    schema: schema.replaceAll('\\', '/'),
    date: io.clock().toISOString().slice(0, 10),
  });
  await writeNewFile(file, text);
  io.stdout.write(`${file.name}\n`);
  io.stderr.write(summaryOf(found));
  return exitCodes.clean;
}

function summaryOf(found: readonly FoundTarget[]): string {
  const missed = found.filter(({ failure }) => failure !== undefined);
  const lines = missed.map(({ target, failure }) => `not reached: ${target.locator}: ${failure}\n`);
  const total = `${counted(found.length, 'target')}, ${found.length - missed.length} answered.`;
  return `${lines.map(visibleLine).join('')}${total} Read the file and complete it, then: assay scan\n`;
}

function visibleLine(line: string): string {
  return `${visible(line.trimEnd())}\n`;
}

async function find(
  url: string,
  target: Target,
  context: CollectContext,
  clock: () => Date,
): Promise<FoundTarget> {
  const { subjects, failure } = await resolveTarget(target, context.signal);
  const addresses = target.host.startsWith('/') ? [] : subjects.flatMap(({ address }) => address ?? []);
  const seen = { url, target, addresses, otherNames: [], doubts: [] };
  if (failure) return { ...seen, failure: line(failure.message) };
  if (target.kind === 'postgres-server') return { ...seen, ...(await knock(subjects, context)) };
  if (target.kind === 'dns-zone') return { ...seen, ...(await lookAtZone(target, subjects, context, clock)) };
  return { ...seen, ...(await lookAtTls(target, subjects, context, clock)) };
}

/** A log-in would need a credential: whether something listens is all that is asked. */
async function knock(
  subjects: readonly Subject[],
  context: CollectContext,
): Promise<Pick<FoundTarget, 'failure'>> {
  const failures = await Promise.all(subjects.map((subject) => whyUnreachable(subject, context)));
  const first = failures.find((failure) => failure !== undefined);
  return first === undefined ? {} : { failure: line(first.message) };
}

async function observationsOf(
  target: Target,
  subjects: readonly Subject[],
  facts: readonly string[],
  context: CollectContext,
  clock: () => Date,
): Promise<CollectedRecord['observations']> {
  const records: CollectedRecord[] = [];
  const tasks = subjects.map((subject): CollectTask => ({ target, subject, facts }));
  await collect(
    tasks,
    { context, collectorOf: loadCollector, vantage: 'init', concurrency, clock },
    async (record) => {
      records.push(record);
    },
  );
  return records.flatMap((record) => record.observations);
}

/** Whether the resolver answers for the zone. */
async function lookAtZone(
  target: Target,
  subjects: readonly Subject[],
  context: CollectContext,
  clock: () => Date,
): Promise<Pick<FoundTarget, 'failure'>> {
  const [unseen] = (await observationsOf(target, subjects, ['dns.mail'], context, clock)).flatMap((one) =>
    one.kind === 'unseen' ? [one.reason.message] : [],
  );
  return unseen === undefined ? {} : { failure: line(unseen) };
}

async function lookAtTls(
  target: Target,
  subjects: readonly Subject[],
  context: CollectContext,
  clock: () => Date,
): Promise<Pick<FoundTarget, 'failure' | 'otherNames' | 'doubts'>> {
  const facts = ['tls.chain', 'tls.leaf'];
  const observations = await observationsOf(target, subjects, facts, context, clock);
  const unseen = observations.find((one) => one.kind === 'unseen');
  const values = (fact: string): readonly unknown[] =>
    observations.flatMap((one) => (one.kind === 'seen' && one.fact === fact ? [one.value] : []));
  const leaves = (values('tls.leaf') as readonly Leaf[]).flatMap(({ certificates }) => certificates);
  const paths = (values('tls.chain') as readonly Chain[]).flatMap((chain) => chain.paths);
  return {
    ...(unseen === undefined ? {} : { failure: line(unseen.reason.message) }),
    otherNames: otherNames(target, leaves),
    doubts: [
      ...(paths.some(({ trusted }) => !trusted)
        ? ['its certificate chain leads to no root that this machine knows: name yours under ca']
        : []),
      ...(leaves.some(({ matchesHost }) => !matchesHost)
        ? ['it presents a certificate that does not name this host']
        : []),
    ],
  };
}

/** What is read of `tls.leaf` and `tls.chain` here. */
interface Leaf {
  readonly certificates: readonly { readonly matchesHost: boolean; readonly dnsNames: readonly string[] }[];
}
interface Chain {
  readonly paths: readonly { readonly trusted: boolean }[];
}

const maxNames = 8;

/** A server can put anything into its certificate: only what could be a name is repeated. */
function otherNames({ host }: Target, leaves: Leaf['certificates']): readonly string[] {
  const names = leaves.flatMap(({ dnsNames }) => dnsNames.map((name) => name.toLowerCase()));
  const others = [...new Set(names)].filter(
    (name) => name !== host && /^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(name) && name.length <= 253,
  );
  const more = others.length - maxNames;
  return [...others.sort().slice(0, maxNames), ...(more > 0 ? [`${more} more`] : [])];
}

/** One line of a comment, whatever it holds. */
function line(text: string): string {
  return shown(text, 200);
}
