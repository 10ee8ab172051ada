import type { EvidenceItem, PreviousBundle, Registers, Target } from '../model/index.ts';
import type { AccessSight } from './access-sight.ts';
import type { DiscoverySight } from './discovery-sight.ts';
import type { TicketSight } from './ticket-sight.ts';

/** What earlier bundles saw that is compared with what is seen now. */
export interface EarlierSights {
  readonly tickets: readonly TicketSight[];
  readonly discoveries: readonly DiscoverySight[];
  readonly access: readonly AccessSight[];
}

/** What the scan was told of the organisation's systems. */
export interface Declared {
  /** All that are declared, also those that this scan leaves out. */
  readonly targets: readonly Target[];
  readonly outOfScope: readonly { readonly what: string }[];
  readonly registers: Registers;
  /** Earlier bundles that the scan was given. */
  readonly previous: readonly PreviousBundle[];
  readonly earlier: EarlierSights;
  /** The registers' own bytes, by kind. */
  readonly files: { readonly [K in keyof Registers]?: EvidenceItem };
}
