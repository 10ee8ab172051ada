import { randomUUID } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import type { SigningKey } from '../bundle/keys.ts';
import { controlSetSha256 } from '../bundle/manifest.ts';
import { type BundleWriter, openBundle, type SealedBundle } from '../bundle/writer.ts';
import { type CollectProgress, type CollectTask, collect } from '../collectors/collect.ts';
import { loadCollector } from '../collectors/index.ts';
import { connectionsPerHost, startPace } from '../collectors/pace.ts';
import type { LoadedControl } from '../config/load-control.ts';
import { recordedTarget } from '../config/secret-reference.ts';
import type { CompiledControl } from '../engine/assertion.ts';
import { createJudge } from '../engine/judge.ts';
import {
  type Audit,
  byCodeUnit,
  type Control,
  type History,
  type ParamOverrides,
  type Run,
  type Scope,
  type Selection,
  type Severity,
  type Subject,
  semanticsVersion,
  type Target,
} from '../model/index.ts';
import type { EarlierSights } from '../scope/declared.ts';
import { type Chosen, choose } from './chosen.ts';
import type { Library } from './library.ts';
import { packageVersion } from './package-files.ts';
import type { ReadRegisters } from './registers.ts';
import { described, organisationOf } from './registers-in-force.ts';
import { tasksOf } from './scan-tasks.ts';
import { selectAudits } from './selection.ts';
import { narrowedSelection } from './tailored-selection.ts';

/** What to scan, and how. */
export interface ScanRequest {
  readonly targets: readonly Target[];
  readonly declared: Pick<
    Scope,
    | 'organisation'
    | 'system'
    | 'environment'
    | 'thirdParties'
    | 'alternatives'
    | 'outOfScope'
    | 'configurationSha256'
    | 'tailoring'
    | 'ownControls'
    | 'owners'
    | 'dueDays'
  >;
  readonly audits: readonly Audit[];
  /** The organisation's registers; absent where no configuration names any. */
  readonly registers?: ReadRegisters | undefined;
  readonly overrides: ParamOverrides;
  /** What earlier bundles say; undefined: the scan is compared with none. */
  readonly history: History | undefined;
  /** What in them is compared with what is seen. */
  readonly earlier?: (() => EarlierSights) | undefined;
  readonly inventory: Scope['inventory'];
  readonly selection: Selection;
  readonly failOn: Severity | 'none';
  /** The bundle's folder; it must not exist. */
  readonly out: string;
  readonly timeoutMs: number;
  readonly concurrency: number;
  /** Connections a second; undefined: as fast as they come. */
  readonly maxRate: number | undefined;
  readonly signingKey?: SigningKey | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: () => Date;
  /** Aborted with the reason of the interruption. */
  readonly signal: AbortSignal;
  readonly onPlan?: (plan: { readonly targets: number }) => void;
  /** Told of the subjects, as they are found. */
  readonly onTask?: (task: CollectTask) => void;
  readonly onProgress?: (event: CollectProgress) => void;
}

/**
 * Plans, collects, judges and seals.
 *
 * @throws AssayError for what is wrong with the request or the output; what is wrong with a target is in the bundle.
 */
export async function scan(request: ScanRequest, library: Library): Promise<SealedBundle> {
  const chosen = choose(request, library);
  const writer = await openBundle(request.out);
  try {
    return await scanInto(writer, request, library, chosen);
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

async function scanInto(
  writer: BundleWriter,
  request: ScanRequest,
  library: Library,
  { controls, notAskedFor, targets }: Chosen,
): Promise<SealedBundle> {
  const startedAt = request.clock().toISOString();
  const id = randomUUID();
  const organisation = await organisationOf(request, request.history?.bundles ?? []);
  const subjects: Subject[] = [];
  const foldersLookedAt = new Set<string>();
  const note = (task: CollectTask): void => {
    subjects.push(task.subject);
    for (const fact of task.facts) foldersLookedAt.add(folderOf(fact));
    request.onTask?.(task);
  };
  request.onPlan?.({ targets: targets.length });
  const log = runLog(writer, request.clock);
  await log.write({ event: 'scan-started', run: id, targets: targets.length, controls: controls.length });
  const vantage = hostname();
  await collect(
    noting(tasksOf(targets, controls, request.signal, { extend: organisation?.extend }), note),
    {
      context: {
        timeoutMs: request.timeoutMs,
        signal: request.signal,
        scanName: `assay/${id}`,
        env: request.env,
        pace: startPace({ maxRate: request.maxRate, perHost: connectionsPerHost }),
      },
      collectorOf: loadCollector,
      vantage,
      concurrency: request.concurrency,
      clock: request.clock,
      onProgress: (event) => {
        log.note(event);
        request.onProgress?.(event);
      },
    },
    async (record) => {
      organisation?.add(record);
      await writer.spool(record);
    },
  );
  if (organisation) await writer.spool(organisation.record(request.clock().toISOString(), vantage));
  await log.write({ event: 'scan-finished', run: id, subjects: subjects.length });
  const sources = controls.map(({ source }) => source);
  const endedAt = request.clock();
  const run = runOf(request, {
    id,
    startedAt,
    endedAt,
    vantage,
    controlSetSha256: controlSetSha256(sources),
  });
  const frameworks = library.frameworks;
  const narrowed = narrowedSelection(request.selection, request.audits, request.declared.tailoring);
  const audits = selectAudits(frameworks, narrowed, request.audits);
  const judged = {
    run,
    scope: {
      ...scopeOf(request, audits, targets, [...subjects, ...(organisation ? [organisation.subject] : [])]),
      ...(await described(request.registers)),
      ...(notAskedFor.length === 0 ? {} : { notAskedFor }),
    },
    overrides: request.overrides,
    ...(request.history === undefined ? {} : { history: request.history }),
    controls: sources,
    facts: library.facts.filter(({ name }) => isUsed(name, controls, foldersLookedAt)),
    frameworks: frameworks.filter((one) => audits.some(({ framework }) => framework === one.id)),
  };
  return writer.seal({
    ...judged,
    judge: createJudge(judged, compiledAmong(controls)),
    signingKey: request.signingKey,
  });
}

/** Passes on what comes, and tells of each before it does. */
async function* noting<T>(items: AsyncIterable<T>, note: (item: T) => void): AsyncGenerator<T> {
  for await (const item of items) {
    note(item);
    yield item;
  }
}

/** Each control as it was compiled when it was read. */
function compiledAmong(controls: readonly LoadedControl[]): (control: Control) => CompiledControl {
  const loaded = new Map(controls.map((one) => [one.source.control, one]));
  return (control) => {
    const found = loaded.get(control);
    if (found === undefined) throw new TypeError(`expected a control of the scan, got ${control.id}`);
    return found.compiled;
  };
}

/** Facts of the folders that controls read or tasks collect all go into the bundle, with what they need. */
function isUsed(
  fact: string,
  controls: readonly LoadedControl[],
  foldersLookedAt: ReadonlySet<string>,
): boolean {
  const folder = folderOf(fact);
  const isRead = controls.some(({ needs }) => needs.some((need) => folderOf(need) === folder));
  return isRead || foldersLookedAt.has(folder);
}

const folderOf = (fact: string): string => fact.slice(0, fact.indexOf('.') + 1);

function runOf(
  { failOn, selection, signal }: ScanRequest,
  facts: {
    readonly id: string;
    readonly startedAt: string;
    readonly endedAt: Date;
    readonly vantage: string;
    readonly controlSetSha256: string;
  },
): Run {
  const endedAt = facts.endedAt.toISOString();
  const interrupted = signal.aborted ? (signal.reason as Run['interrupted']) : undefined;
  return {
    format: 0,
    id: facts.id,
    tool: { name: 'assay', version: packageVersion(), semantics: semanticsVersion },
    startedAt: facts.startedAt,
    endedAt,
    judgedAt: endedAt,
    utcOffsetMinutes: 0 - facts.endedAt.getTimezoneOffset(),
    vantage: facts.vantage,
    operator: { user: operatorName(), host: facts.vantage, root: process.getuid?.() === 0 },
    series: null,
    draft: true,
    ...(interrupted ? { interrupted } : {}),
    failOn,
    selection,
    controlSetSha256: facts.controlSetSha256,
  };
}

/** A container may run under a user id that has no name. */
function operatorName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}

/** @param targets those of the request that are scanned; the others are recorded as left out */
function scopeOf(
  { declared, inventory, targets: all }: ScanRequest,
  audits: readonly Audit[],
  targets: readonly Target[],
  subjects: readonly Subject[],
): Scope {
  const scanned = new Set(targets);
  const leftOut = all
    .filter((target) => !scanned.has(target))
    .map(({ id, locator, tags }) => ({ id, locator, tags }));
  return {
    format: 0,
    ...declared,
    inventory,
    audits,
    targets: targets.map(recordedTarget),
    ...(leftOut.length === 0 ? {} : { leftOut }),
    subjects: [...subjects].sort((a, b) => byCodeUnit(a.id, b.id)),
  };
}

/** Writes one line at a time, in the order in which things happened. */
function runLog(
  writer: BundleWriter,
  clock: () => Date,
): { write(entry: object): Promise<void>; note(event: CollectProgress): void } {
  let last: Promise<void> = Promise.resolve();
  const write = (entry: object): Promise<void> => {
    const line = { at: clock().toISOString(), ...entry };
    last = last.then(() => writer.appendLog(line));
    return last;
  };
  return {
    write,
    note: (event) => {
      // A failure to write stays in `last`, and so reaches the next awaited write.
      write(logEntry(event)).catch(() => undefined);
    },
  };
}

function logEntry(event: CollectProgress): object {
  if (event.kind === 'started') {
    return { event: 'look-started', subject: event.subject.id, attempt: event.attempt };
  }
  const { observations, connections } = event.record;
  return {
    event: 'look-finished',
    subject: event.subject.id,
    connections,
    seen: observations.filter(({ kind }) => kind === 'seen').map(({ fact }) => fact),
    unseen: observations.flatMap((one) => (one.kind === 'unseen' ? [`${one.fact} ${one.reason.code}`] : [])),
  };
}
