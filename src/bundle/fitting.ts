import type { CollectedObservation, CollectedRecord, UnseenReason } from '../model/index.ts';
import { stableJson } from './json.ts';
import { extentOf } from './json-extent.ts';
import { depthLimit, recordRoom } from './limits.ts';

/** What the observations of one record may take together. */
interface Room {
  readonly bytes: number;
  readonly values: number;
}

const tooLarge: UnseenReason = {
  code: 'ERR_TOO_LARGE',
  message: 'what was seen is more than a bundle can carry',
  remedy: 'look at the system in parts, for example one database at a time',
};

/** The record as a bundle can carry it: observations for which there is no room, largest first, become unseen. */
export function fitting(record: CollectedRecord, room: Room = recordRoom): CollectedRecord {
  if (fitsInAnyCase(record, room)) return record;
  const sized = record.observations.map((observation) => ({ observation, size: sizeOf(observation) }));
  const left = { ...room };
  const without = new Set<CollectedObservation>();
  for (const { observation, size } of sized.sort((a, b) => a.size.bytes - b.size.bytes)) {
    if (size.bytes > left.bytes || size.values > left.values) {
      without.add(observation);
      continue;
    }
    left.bytes -= size.bytes;
    left.values -= size.values;
  }
  if (without.size === 0) return record;
  return {
    ...record,
    observations: record.observations.map((each) => (without.has(each) ? unseen(each) : each)),
  };
}

/** Most that a character of JSON without blanks can take: three bytes, and a line of its own at the deepest place. */
const bytesOfCharacter = 3 + 2 * (2 * depthLimit + 1);

/** Nearly every record does, and this is told without laying it out as its file will be. */
function fitsInAnyCase({ observations }: CollectedRecord, { bytes, values }: Room): boolean {
  const { length } = JSON.stringify(observations.map((observation) => ({ ...observation, evidence: [] })));
  return length <= values && length * bytesOfCharacter <= bytes;
}

/** As in its file: indentation counts. Evidence is not in it, and its references are short. */
function sizeOf(observation: CollectedObservation): Room {
  const text = stableJson({ observations: [{ ...observation, evidence: [] }] });
  return { bytes: Buffer.byteLength(text), values: extentOf(text).values };
}

function unseen({
  fact,
  method,
  startedAt,
  endedAt,
  attempts,
  requests,
  evidence,
}: CollectedObservation): CollectedObservation {
  return {
    ...{ kind: 'unseen', fact, method, startedAt, endedAt, attempts, requests, evidence },
    reason: tooLarge,
  };
}
