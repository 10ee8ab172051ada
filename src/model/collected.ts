import type { EvidenceItem, Observation, SubjectRecord } from './observation.ts';

/** An observation as collected: its evidence has no number yet. */
export type CollectedObservation = Observation<EvidenceItem>;

/** A subject's record as collected: on its way into a bundle, which numbers the evidence. */
export type CollectedRecord = SubjectRecord<EvidenceItem>;
