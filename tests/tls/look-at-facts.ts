import type { CollectContext, Collected } from '../../src/collectors/collector.ts';
import { tlsCollector } from '../../src/collectors/tls/index.ts';
import { openTlsSession } from '../../src/collectors/tls/session.ts';
import type { Subject, Target } from '../../src/model/index.ts';
import type { Compression } from '../../src/tls/facts/compression.ts';
import type { Extensions } from '../../src/tls/facts/extensions.ts';
import type { Fallback } from '../../src/tls/facts/fallback.ts';
import type { Groups } from '../../src/tls/facts/groups.ts';
import type { Primes } from '../../src/tls/facts/primes.ts';
import type { Suites } from '../../src/tls/facts/suites.ts';
import type { Tolerance } from '../../src/tls/facts/tolerance.ts';
import type { Versions } from '../../src/tls/facts/versions.ts';

interface Facts {
  readonly 'tls.versions': Versions;
  readonly 'tls.suites': Suites;
  readonly 'tls.groups': Groups;
  readonly 'tls.primes': Primes;
  readonly 'tls.extensions': Extensions;
  readonly 'tls.compression': Compression;
  readonly 'tls.fallback': Fallback;
  readonly 'tls.tolerance': Tolerance;
}

export type FactName = keyof Facts;

/** Several facts of one port, looked at in one session. */
export interface FactsSeen<N extends FactName> {
  readonly values: Pick<Facts, N>;
  /** What is said to be missing, in words. */
  readonly missing: Readonly<Record<N, readonly string[]>>;
  readonly connections: number;
}

/** Looks at facts of one port of this machine, as a scan does. */
export async function lookAtFacts<N extends FactName>(
  port: number,
  names: readonly N[],
  { timeoutMs = 3000, host = 'localhost' } = {},
): Promise<FactsSeen<N>> {
  const place = {
    kind: 'tls-endpoint',
    locator: `tls://${host}:${port}`,
    host,
    port,
    tags: [],
    optional: false,
  } as const;
  const target: Target = { ...place, id: 'endpoint', named: true, addresses: ['127.0.0.1'] };
  const subject: Subject = { ...place, id: 'endpoint', targetId: 'endpoint', address: '127.0.0.1' };
  const signal = new AbortController().signal;
  const context: CollectContext = { timeoutMs, signal, scanName: 'assay/test', env: {}, attempt: 1 };
  const session = await openTlsSession(target, subject, context);
  const known = new Map<string, Promise<Collected>>();
  const collect = (name: string): Promise<Collected> => {
    const collector = tlsCollector.facts.find(({ fact }) => fact === name);
    if (collector === undefined) throw new Error(`expected a collector of ${name}, got none`);
    const before =
      known.get(name) ?? collector.collect(session, async (each) => (await collect(each)).value, context);
    known.set(name, before);
    return before;
  };
  try {
    const seen: [N, Collected][] = [];
    for (const name of names) seen.push([name, await collect(name)]);
    const missingOf = ({ completeness }: Collected): string[] =>
      completeness.flatMap(({ missing }) => missing.map(({ what, why }) => `${what}: ${why}`));
    return {
      values: Object.fromEntries(seen.map(([name, { value }]) => [name, value])) as unknown as Pick<Facts, N>,
      missing: Object.fromEntries(seen.map(([name, each]) => [name, missingOf(each)])) as Record<N, string[]>,
      connections: session.connections,
    };
  } finally {
    await session.close();
  }
}

/** Suites by version, in the order seen. */
export function suitesByVersion({ accepted }: Suites): Record<string, string[]> {
  const byVersion: Record<string, string[]> = {};
  for (const { version, suite } of accepted) byVersion[version] = [...(byVersion[version] ?? []), suite];
  return byVersion;
}

/** Groups of one version, in the order seen. */
export function groupsOf({ accepted }: Groups, version: string): string[] {
  return accepted.filter((each) => each.version === version).map(({ group }) => group);
}
