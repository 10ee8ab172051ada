import { hostname, networkInterfaces } from 'node:os';
import type { CollectTask } from '../collectors/collect.ts';
import { subjectDeadlineFactor } from '../collectors/collect-subject.ts';
import { loadCollector } from '../collectors/index.ts';
import { connectionsPerHost } from '../collectors/pace.ts';
import { eitherLook, type LookPlan, looksAtMost, planLook } from '../collectors/plan.ts';
import { resolveTarget, withoutNames } from '../collectors/resolve-target.ts';
import { recordedTarget } from '../config/secret-reference.ts';
import type { Subject, SystemKind, Target } from '../model/index.ts';
import { choose } from './chosen.ts';
import type { Library } from './library.ts';
import { organisationOf } from './registers-in-force.ts';
import type { PreparedRequest } from './scan-request.ts';
import { tasksOf } from './scan-tasks.ts';

/** What a scan would do, for who has to allow it beforehand. */
export interface ScanPlan {
  /** Where the connections come from. */
  readonly source: { readonly host: string; readonly addresses: readonly string[] };
  readonly limits: {
    readonly subjectsAtOnce: number;
    readonly connectionsPerHostAtOnce: number;
    /** Null: as fast as answers come. */
    readonly connectionsPerSecond: number | null;
    readonly connectionOrQueryMs: number;
    readonly lookMs: number;
    readonly looks: number;
  };
  /** What is asked in one look, by kind of subject. */
  readonly kinds: Readonly<Partial<Record<SystemKind, LookPlan>>>;
  readonly subjects: readonly PlannedSubject[];
  /** Over all looks at all subjects, at most. */
  readonly connections: number;
}

export interface PlannedSubject extends Pick<Subject, 'id' | 'locator' | 'host' | 'address' | 'port'> {
  readonly kind: SystemKind;
  /** Over all looks, at most. */
  readonly connections: number;
  /** As what, how protected, and where the password is: never the password. */
  readonly login?: Target['postgres'];
  /** The proxy that connects, as a URL. */
  readonly via?: string;
  /** Who is asked about a zone; absent: the resolvers of this system. */
  readonly resolver?: string;
  /** Why there is no address to connect to, as a code. */
  readonly unresolved?: string;
}

/**
 * Says what a scan would do. Connects to nothing; names are resolved unless told otherwise.
 *
 * @throws AssayError for what is wrong with the request
 */
export async function planScan(
  request: PreparedRequest,
  library: Library,
  { resolve, signal }: { readonly resolve: boolean; readonly signal: AbortSignal },
): Promise<ScanPlan> {
  const { controls, targets } = choose(request, library);
  const organisation = await organisationOf(request, []);
  const kinds: Partial<Record<SystemKind, LookPlan>> = {};
  const subjects: PlannedSubject[] = [];
  const how = { resolve: resolve ? resolveTarget : withoutNames, extend: organisation?.extend };
  for await (const task of tasksOf(targets, controls, signal, how)) {
    const kind = systemKindOf(task.subject);
    if (kind === undefined) continue;
    const look = planLook(await loadCollector(kind), task.facts, task);
    const before = kinds[kind];
    kinds[kind] = before === undefined ? look : eitherLook(before, look);
    subjects.push(subjectOf(task, kind, look));
  }
  return {
    source: { host: hostname(), addresses: ownAddresses() },
    limits: limitsOf(request),
    kinds,
    subjects,
    connections: subjects.reduce((sum, { connections }) => sum + connections, 0),
  };
}

function limitsOf({ concurrency, maxRate, timeoutMs }: PreparedRequest): ScanPlan['limits'] {
  return {
    subjectsAtOnce: concurrency,
    connectionsPerHostAtOnce: connectionsPerHost,
    connectionsPerSecond: maxRate ?? null,
    connectionOrQueryMs: timeoutMs,
    lookMs: timeoutMs * subjectDeadlineFactor,
    looks: looksAtMost,
  };
}

/** The organisation is no system: nothing is asked of it. */
const systemKindOf = ({ kind }: Subject): SystemKind | undefined =>
  kind === 'organisation' ? undefined : kind;

function subjectOf(
  { target, subject, failure }: CollectTask,
  kind: SystemKind,
  look: LookPlan,
): PlannedSubject {
  const { id, locator, host, address, port } = subject;
  const { postgres: login } = recordedTarget(target);
  return {
    ...{ id, locator, host, port, kind },
    ...(address === undefined ? {} : { address }),
    connections: failure === undefined ? look.connections * looksAtMost : 0,
    ...(login === undefined ? {} : { login }),
    ...whomBy(target),
    ...(failure === undefined ? {} : { unresolved: failure.code }),
  };
}

/** Whom a target has asked in its place. */
function whomBy({ proxy, dns }: Target): Pick<PlannedSubject, 'via' | 'resolver'> {
  const resolver = dns?.resolver;
  const at = (host: string, port: number): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return {
    ...(proxy === undefined ? {} : { via: `${proxy.scheme}://${at(proxy.host, proxy.port)}` }),
    ...(resolver === undefined ? {} : { resolver: at(resolver.address, resolver.port) }),
  };
}

function ownAddresses(): readonly string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.flatMap(({ internal, address }) => (internal ? [] : [address])).sort();
}
