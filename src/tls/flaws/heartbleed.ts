import { alertName } from '../alert-name.ts';
import { endsInWords, say, type Talk } from '../exchange.ts';
import { contentType, extensionType, handshakeType, type RecordVersion } from '../registry.ts';
import { openFlight } from './opening.ts';
import { keptReaction, plainRecord, reactionIn, untilReaction } from './records.ts';
import { absent, type FlawVerdict, present, unknown } from './verdict.ts';

const request = 1;
const paddingBytes = 16;

/**
 * CVE-2014-0160. The heartbeat request (RFC 6520 §4) says that its payload is as long as payload and padding together,
 * so a server without the check sends back our own padding, and nothing of its memory. A handshake message that cannot
 * stand there follows: a server that answers that one first has passed the request over.
 *
 * @param hello one that offers heartbeats in the version
 */
export function* probeHeartbleed(version: RecordVersion, hello: Uint8Array): Talk<FlawVerdict> {
  const opening = yield* openFlight(hello);
  if (opening.kind === 'refused') return unknown(`the hello was refused with alert ${opening.alert}`);
  if (opening.kind === 'unknown') return unknown(opening.why);
  if (!opening.hello.extensions.has(extensionType.heartbeat)) return absent('the server takes no heartbeats');
  const { received, ended } = yield* say({
    send: Uint8Array.from([...overlongRequest(version), ...misplacedMessage(version)]),
    until: untilReaction(),
    keep: keptReaction,
  });
  const reaction = reactionIn(received);
  if (reaction.kind === 'alert')
    return absent(
      `the request was passed over: alert ${alertName(reaction.description)} to what followed it`,
    );
  if (reaction.kind === 'record' && reaction.type === contentType.heartbeat)
    return present('the server answered a heartbeat request that is shorter than it says');
  return unknown(`neither a heartbeat nor an alert came back: ${endsInWords[ended]}`);
}

function overlongRequest(version: RecordVersion): Uint8Array {
  const payload = [0x61];
  const body = [
    request,
    0,
    payload.length + paddingBytes,
    ...payload,
    ...Array<number>(paddingBytes).fill(0x62),
  ];
  return plainRecord(contentType.heartbeat, version, body);
}

/** A ServerHello, which no client sends. */
function misplacedMessage(version: RecordVersion): Uint8Array {
  return plainRecord(contentType.handshake, version, [handshakeType.serverHello, 0, 0, 0]);
}
