import type { Reason } from '../model/index.ts';
import { reasonWords } from './words.ts';

interface LegendLine {
  readonly word: string;
  readonly meaning: string;
  readonly state?: Reason;
}

/** What the words of every report mean. */
export const legend: readonly LegendLine[] = [
  {
    word: reasonWords.fail,
    state: 'fail',
    meaning: 'seen, and at least one item is not as the test expects',
  },
  {
    word: reasonWords.unseen,
    state: 'unseen',
    meaning: 'could not be looked at, or not completely: never a pass',
  },
  { word: reasonWords.error, state: 'error', meaning: 'a defect of the tool or of the test: never a pass' },
  {
    word: reasonWords['not-applicable'],
    state: 'not-applicable',
    meaning: 'the system provably has nothing of the kind; the reason is given',
  },
  {
    word: reasonWords.pass,
    state: 'pass',
    meaning: 'every item of a complete, non-empty population was seen and is as expected',
  },
  {
    word: 'partly tested',
    meaning: 'tests decided some elements of a requirement, n of m',
  },
  {
    word: 'needs a document',
    meaning: "shown by a dated document; third party: by somebody else's",
  },
  { word: 'population', meaning: 'what a test ran over: the systems declared, and the items found in each' },
  {
    word: 'evidence',
    meaning: 'EV numbers name files in the bundle: the raw bytes seen, with their digests',
  },
  {
    word: 'fingerprint',
    meaning: 'of the bundle: the sha256 of tagmanifest-sha256.txt; it changes with any byte',
  },
  { word: 'supporting', meaning: 'evidence toward a requirement that a person weighs, never enough alone' },
  {
    word: 'DRAFT, UNSIGNED',
    meaning: 'a scan outside a recorded series; hashes show that it is unchanged, not who made it',
  },
];
