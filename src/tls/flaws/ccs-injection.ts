import { alertName } from '../alert-name.ts';
import {
  type Dialogue,
  type Ending,
  endsInWords,
  inParallel,
  type Probing,
  say,
  type Talk,
} from '../exchange.ts';
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

interface Probe {
  readonly version: RecordVersion;
  readonly hello: (label: string) => Uint8Array;
}

/**
 * CVE-2014-0224. A ChangeCipherSpec before any key was exchanged, then a record that is long enough to be decrypted: a
 * server with the flaw tries to, with keys that anybody can compute, and fails; another has refused the first record.
 * Where the connection ends before an alert is out, the first record is sent alone: only a server that took it waits.
 */
export function* probeCcsInjection(probe: Probe): Probing<FlawVerdict> {
  const [both] = yield* inParallel([dialogue(probe, `${probe.version} ccs-injection`, true)]);
  if (both === undefined || both.kind === 'unknown') return unknown(both?.why ?? 'not tried');
  if (both.kind !== 'ended') return byAlert(both.name);
  if (both.ended !== 'closed' && both.ended !== 'reset') return unknown(`no alert came back: ${both.words}`);
  const [alone] = yield* inParallel([
    dialogue(probe, `${probe.version} ccs-injection, first record alone`, false),
  ]);
  if (alone === undefined || alone.kind === 'unknown') return unknown(alone?.why ?? 'not tried');
  if (alone.kind !== 'ended') return byAlert(alone.name);
  switch (alone.ended) {
    case 'closed':
    case 'reset':
      return absent(`an early ChangeCipherSpec ended the connection: ${alone.words}`);
    case 'timed-out':
      return present(
        `an early ChangeCipherSpec was taken, and the record after it ended the connection: ${both.words}`,
      );
    default:
      return unknown(`no alert came back: ${alone.words}`);
  }
}

function byAlert(name: string): FlawVerdict {
  if (undecrypted.has(name))
    return present(`an early ChangeCipherSpec was taken: alert ${name} to the record after it`);
  if (outOfPlace.has(name)) return absent(`alert ${name} to an early ChangeCipherSpec`);
  return unknown(`alert ${name}, which tells neither`);
}

type Met =
  | { readonly kind: 'alert'; readonly name: string }
  | { readonly kind: 'ended'; readonly ended: Ending; readonly words: string }
  | { readonly kind: 'unknown'; readonly why: string };

function dialogue({ version, hello }: Probe, label: string, withRecord: boolean): Dialogue<Met> {
  return { label, talk: () => talk(version, hello(label), withRecord) };
}

function* talk(version: RecordVersion, hello: Uint8Array, withRecord: boolean): Talk<Met> {
  const opening = yield* openFlight(hello);
  if (opening.kind === 'refused')
    return { kind: 'unknown', why: `the hello was refused with alert ${opening.alert}` };
  if (opening.kind === 'unknown') return opening;
  const early = plainRecord(contentType.changeCipherSpec, version, [1]);
  const undecryptable = withRecord ? plainRecord(contentType.handshake, version, new Uint8Array(64)) : [];
  const { received, ended } = yield* say({
    send: Uint8Array.from([...early, ...undecryptable]),
    until: untilReaction(),
    keep: keptReaction,
  });
  const reaction = reactionIn(received);
  return reaction.kind === 'alert'
    ? { kind: 'alert', name: alertName(reaction.description) }
    : { kind: 'ended', ended, words: endsInWords[ended] };
}
