import type { CollectTask } from '../collectors/collect.ts';
import type { CollectedRecord, Subject } from '../model/index.ts';
import type { Declared } from '../scope/declared.ts';
import { sourcesOf } from '../scope/meetings.ts';
import { startReconciliation } from '../scope/reconcile.ts';
import type { ReadRegisters } from './registers.ts';

/** Comes after every id that a target can have, so that its record is the last. */
const organisationId = '~organisation';

/** The organisation over all its systems: what it declares, against what the looks met. */
export interface Organisation {
  readonly subject: Subject;
  /** The same task, with what the organisation's facts need of the system. */
  extend(task: CollectTask): CollectTask;
  add(record: CollectedRecord): void;
  record(endedAt: string, vantage: string): CollectedRecord;
}

/** Where a register was declared: without one there is nothing to test what was seen against. */
export function startOrganisation(
  read: ReadRegisters,
  beside: Omit<Declared, keyof ReadRegisters>,
): Organisation {
  const subject: Subject = {
    id: organisationId,
    targetId: organisationId,
    kind: 'organisation',
    locator: 'organisation',
    host: 'organisation',
    port: 0,
    tags: [],
    optional: false,
  };
  const reconciliation = startReconciliation({ ...read, ...beside });
  return {
    subject,
    extend: (task) => {
      const facts = new Set([...task.facts, ...sourcesOf(task.subject.kind, read.registers)]);
      return { ...task, facts: [...facts].sort() };
    },
    add: (record) => reconciliation.add(record),
    record: (endedAt, vantage) => ({
      format: 0,
      subject,
      vantage,
      identity: {},
      connections: 0,
      observations: reconciliation.finish(endedAt),
    }),
  };
}
