import { collectSubject } from '../../../src/collectors/collect-subject.ts';
import { resolveTarget } from '../../../src/collectors/resolve-target.ts';
import { tlsCollector } from '../../../src/collectors/tls/index.ts';
import { parseTarget, type TargetOptions } from '../../../src/config/target.ts';
import type { CollectedRecord, Json } from '../../../src/model/index.ts';

export interface ObserveOptions extends TargetOptions {
  readonly facts?: readonly string[];
  readonly timeoutMs?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Looks at a target as a scan does. */
export async function observe(
  url: string,
  { facts = ['tls.leaf', 'tls.upgrades'], timeoutMs = 3000, env = {}, ...options }: ObserveOptions = {},
): Promise<CollectedRecord> {
  const { signal } = new AbortController();
  const target = parseTarget(url, options);
  const { subjects } = await resolveTarget(target, signal);
  const [subject] = subjects;
  if (subject === undefined) throw new Error('expected a subject');
  return collectSubject(
    tlsCollector,
    { target, subject, facts, vantage: 'test', attempt: 1, clock: () => new Date() },
    { timeoutMs, signal, scanName: 'assay/test', env },
  );
}

/** A fact's value, or the code of why it was not seen. */
export function seenIn(record: CollectedRecord, fact: string): Json | undefined {
  const observation = record.observations.find((one) => one.fact === fact);
  if (observation === undefined) return undefined;
  return observation.kind === 'seen' ? observation.value : observation.reason.code;
}
