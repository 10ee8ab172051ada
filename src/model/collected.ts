import type { EvidenceItem, Observation, SubjectRecord } from './observation.ts';

type WithItems<O> = O extends Observation
  ? Omit<O, 'evidence'> & { readonly evidence: readonly EvidenceItem[] }
  : never;

/** An observation as collected: its evidence has no number yet. */
export type CollectedObservation = WithItems<Observation>;

/** A subject's record as collected: on its way into a bundle, which numbers the evidence. */
export interface CollectedRecord extends Omit<SubjectRecord, 'observations'> {
  readonly observations: readonly CollectedObservation[];
}
