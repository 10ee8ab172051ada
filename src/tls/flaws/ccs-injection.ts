import { alertName } from '../alert-name.ts';
import { endsInWords, say, type Talk } from '../exchange.ts';
import { contentType, type RecordVersion } from '../registry.ts';
import { openFlight } from './opening.ts';
import { keptReaction, plainRecord, reactionIn, untilReaction } from './records.ts';
import { absent, type FlawVerdict, present, unknown } from './verdict.ts';

/** Alerts to a record that did not decrypt: the early ChangeCipherSpec was taken. */
const undecrypted: ReadonlySet<string> = new Set(['bad_record_mac', 'decryption_failed']);
/** Alerts to a message out of its place. */
const outOfPlace: ReadonlySet<string> = new Set([
  'unexpected_message',
  'handshake_failure',
  'illegal_parameter',
]);

/**
 * CVE-2014-0224. A ChangeCipherSpec before any key was exchanged, then a record that is long enough to be decrypted: a
 * server with the flaw tries to, with keys that anybody can compute, and fails; another has refused the first record.
 */
export function* probeCcsInjection(version: RecordVersion, hello: Uint8Array): Talk<FlawVerdict> {
  const opening = yield* openFlight(hello);
  if (opening.kind === 'refused') return unknown(`the hello was refused with alert ${opening.alert}`);
  if (opening.kind === 'unknown') return unknown(opening.why);
  const early = plainRecord(contentType.changeCipherSpec, version, [1]);
  const undecryptable = plainRecord(contentType.handshake, version, new Uint8Array(64));
  const { received, ended } = yield* say({
    send: Uint8Array.from([...early, ...undecryptable]),
    until: untilReaction(),
    keep: keptReaction,
  });
  const reaction = reactionIn(received);
  if (reaction.kind !== 'alert') return unknown(`no alert came back: ${endsInWords[ended]}`);
  const name = alertName(reaction.description);
  if (undecrypted.has(name))
    return present(`an early ChangeCipherSpec was taken: alert ${name} to the record after it`);
  if (outOfPlace.has(name)) return absent(`alert ${name} to an early ChangeCipherSpec`);
  return unknown(`alert ${name}, which tells neither`);
}
