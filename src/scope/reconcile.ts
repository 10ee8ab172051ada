import type { CollectedObservation, SubjectRecord } from '../model/index.ts';
import { accountsObservation } from './accounts.ts';
import { bundlesObservation } from './bundles.ts';
import { certificatesObservation } from './certificates.ts';
import { changesObservation } from './changes.ts';
import { cryptographyObservation } from './cryptography.ts';
import type { Declared } from './declared.ts';
import { discoveriesObservation } from './discoveries.ts';
import { dutiesObservation } from './duties.ts';
import { keysObservation } from './keys.ts';
import { meetings } from './meetings.ts';
import { namesObservation } from './names.ts';
import { reviewsObservation } from './reviews.ts';
import { rolesObservation } from './roles.ts';
import { systemsObservation } from './systems.ts';
import { ticketsObservation } from './tickets.ts';
import { windowsObservation } from './windows.ts';

/** Facts over several subjects: a fold, so that no fleet is held in memory. Order of arrival does not matter. */
export interface Reconciliation {
  add(record: SubjectRecord<unknown>): void;
  /** Observations of the organisation itself. `at`: RFC 3339, the end of the looks. */
  finish(at: string): readonly CollectedObservation[];
}

export function startReconciliation(declared: Declared): Reconciliation {
  const met = meetings();
  return {
    add: (record) => met.add(record),
    finish: (at) => [
      accountsObservation(declared, met, at),
      bundlesObservation(declared, at),
      certificatesObservation(declared, met, at),
      changesObservation(declared, met, at),
      cryptographyObservation(declared, met, at),
      discoveriesObservation(declared, met, at),
      dutiesObservation(declared, met, at),
      keysObservation(declared, met, at),
      namesObservation(declared, met, at),
      reviewsObservation(declared, met, at),
      rolesObservation(declared, met, at),
      systemsObservation(declared, met, at),
      ticketsObservation(declared, met, at),
      windowsObservation(declared, met, at),
    ],
  };
}
