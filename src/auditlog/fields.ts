import { type AuditClass, auditClasses, auditClassOf } from './classes.ts';
import type { LogEntry } from './entry.ts';
import type { Fields } from './facts/fields.ts';

type Counts = { -readonly [K in keyof Omit<Fields['classes'][number], 'class'>]: number };

/** Counts which of the elements that PCI DSS 10.2.2 names each audit entry of the window tells. */
export interface FieldCount {
  /** @param kind that of the entry, where it was told already */
  entry(entry: LogEntry, kind?: AuditClass): void;
  value(): Fields;
}

export function startFields(): FieldCount {
  const found = new Map<AuditClass, Counts>();
  return {
    entry: (entry, name = auditClassOf(entry)) => {
      if (name === undefined) return;
      const counts = found.get(name) ?? none();
      found.set(name, counts);
      counts.entries++;
      if (entry.user !== undefined) counts.actor++;
      if (entry.time !== undefined && entry.atMs !== undefined) counts.time++;
      if (hasOutcome(name, entry)) counts.outcome++;
      if (entry.origin !== undefined) counts.origin++;
      if (entry.database !== undefined) counts.resource++;
    },
    value: () => ({
      classes: auditClasses.flatMap((name) => {
        const counts = found.get(name);
        return counts === undefined ? [] : [{ class: name, ...counts }];
      }),
    }),
  };
}

const none = (): Counts => ({ entries: 0, actor: 0, time: 0, outcome: 0, origin: 0, resource: 0 });

/**
 * A log-in or its failure is its own outcome. A statement is written before it runs: whether it failed is told by the
 * entry of its session that follows, which only a numbered session shows.
 */
function hasOutcome(name: AuditClass, { session, line }: LogEntry): boolean {
  switch (name) {
    case 'log-in':
    case 'log-in-failure':
    case 'log-out':
    case 'denial':
      return true;
    case 'statement':
    case 'audit':
      return session !== undefined && line !== undefined;
  }
}
