import type { CollectContext, Collected, Session, SubjectCollector } from '../../src/collectors/collector.ts';
import type { Subject, Target } from '../../src/model/index.ts';

const place = {
  kind: 'tls-endpoint',
  locator: 'https://h.example:443',
  host: 'h.example',
  port: 443,
  tags: [],
  optional: false,
} as const;

export const target: Target = { ...place, id: 'web', named: true, addresses: [] };
export const subject: Subject = { ...place, id: 'web', targetId: 'web', address: '192.0.2.1' };

export function contextOf(options: Partial<CollectContext> = {}): CollectContext {
  return {
    timeoutMs: 5_000,
    signal: new AbortController().signal,
    scanName: 'assay/test',
    env: {},
    ...options,
  };
}

export const session: Session = { identity: { version: '1' }, connections: 1, close: async () => undefined };

export function collected(value: Collected['value']): Collected {
  return { value, method: 'TEST', completeness: [], requests: [], evidence: [] };
}

/** A collector of facts `a`, `b` … each of which does what the test says. */
export function collectorOf(
  facts: Readonly<Record<string, SubjectCollector['facts'][number]['collect']>>,
  open: SubjectCollector['open'] = async () => session,
): SubjectCollector {
  return {
    kind: 'tls-endpoint',
    open,
    facts: Object.entries(facts).map(([fact, collect]) => ({ fact, needs: [], collect })),
  };
}

export function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}
