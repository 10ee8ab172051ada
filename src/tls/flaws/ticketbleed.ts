import { Buffer } from 'node:buffer';
import { encodeClientHello } from '../client-hello.ts';
import { type Dialogue, endsInWords, inParallel, type Probing, say, type Talk } from '../exchange.ts';
import type { Version12 } from '../handshake/complete-handshake.ts';
import { dialogue12 } from '../handshake/dialogues.ts';
import type { Session12 } from '../handshake/hello12.ts';
import type { HelloOptions } from '../offers.ts';
import { contentType, extensionType, groups, handshakeType, signatureSchemes } from '../registry.ts';
import { howItEnded } from '../sent-certificates.ts';
import { absent, type FlawVerdict, present, unknown } from './verdict.ts';

/** One byte less than a session id may have: so a server with the flaw adds one byte of its memory, and no more. */
const idBytes = 31;

/**
 * CVE-2016-9244. A ticket is offered together with a session id, which a server that takes the ticket has to echo
 * (RFC 5077 §3.4): one with the flaw always echoes 32 bytes, whatever it was sent. The handshake that brings the ticket
 * is that of `tls.tickets`; the second ends at the ServerHello.
 */
export function* probeTicketbleed(version: Version12, options: HelloOptions): Probing<FlawVerdict> {
  const [seen] = yield* inParallel([
    dialogue12(version, options, { label: `${version} session`, extent: 'complete' }),
  ]);
  if (seen === undefined || !seen.finished || seen.session === undefined) {
    const why = seen === undefined ? 'not tried' : howItEnded(seen, version);
    return unknown(`no handshake was completed to get a ticket: ${why}`);
  }
  if (seen.session.ticket.length === 0) {
    return { kind: 'impossible', how: `a completed handshake of ${version} brought no ticket` };
  }
  const [verdict] = yield* inParallel([comeBack(version, seen.session, options)]);
  return verdict ?? unknown('not tried');
}

function comeBack(
  version: Version12,
  session: Session12,
  { random, serverName }: HelloOptions,
): Dialogue<FlawVerdict> {
  const label = `${version} ticket with a session id of ${idBytes} bytes`;
  const sessionId = random(`${label}: session id`, idBytes);
  const hello = encodeClientHello({
    version,
    random: random(`${label}: client random`, 32),
    sessionId,
    suites: [session.suite],
    groups: Object.values(groups),
    signatureSchemes: Object.values(signatureSchemes),
    serverName,
    keyShares: [],
    further: [{ type: extensionType.sessionTicket, body: session.ticket }],
  });
  return { label, talk: () => echoOf(hello, sessionId) };
}

function* echoOf(hello: Uint8Array, sessionId: Uint8Array): Talk<FlawVerdict> {
  const { received, ended } = yield* say({
    send: hello,
    until: untilEcho(),
    keep: keptOf(sessionId),
  });
  const echo = echoIn(received);
  if (echo === undefined) return unknown(`no ServerHello came back: ${endsInWords[ended]}`);
  if (!Buffer.from(sessionId).equals(echo.begins)) {
    return unknown('the ticket was not taken, so that nothing was echoed');
  }
  return echo.length === idBytes
    ? absent(`a session id of ${idBytes} bytes was echoed as it was`)
    : present(`a session id of ${idBytes} bytes was echoed with ${echo.length} bytes`);
}

/** Record and message header, version, random. */
const beforeId = 5 + 4 + 2 + 32;
const alertBytes = 7;

interface Echo {
  /** What the server says is the length of the session id. */
  readonly length: number;
  /** At most as much of it as was sent. */
  readonly begins: Uint8Array;
}

/** Of a ServerHello that is not cut before the end of its session id; undefined for all else. */
function echoIn(received: Uint8Array): Echo | undefined {
  const [type, , , high = 0, low = 0, message] = received;
  const length = received[beforeId];
  if (type !== contentType.handshake || message !== handshakeType.serverHello || length === undefined) {
    return undefined;
  }
  if (high * 256 + low < beforeId - 5 + 1 + length) return undefined;
  return { length, begins: received.subarray(beforeId + 1, beforeId + 1 + Math.min(length, idBytes)) };
}

/** Enough was heard when what may be kept of a ServerHello is there, or when it is something else. */
function untilEcho(): (chunk: Uint8Array) => boolean {
  const enough = beforeId + 1 + idBytes;
  let seen = new Uint8Array();
  return (chunk) => {
    seen = Uint8Array.from([...seen, ...chunk.subarray(0, enough)]).subarray(0, enough);
    const first = seen[0];
    return seen.length >= enough || (first !== undefined && first !== contentType.handshake);
  };
}

/** What may be kept: where our session id comes back it and its length, else the length alone; never memory. */
function keptOf(sessionId: Uint8Array): (received: Uint8Array) => Uint8Array {
  return (received) => {
    const echo = echoIn(received);
    if (echo === undefined) return received.subarray(0, alertBytes);
    const isOurs = Buffer.from(sessionId).equals(echo.begins);
    return received.subarray(0, beforeId + 1 + (isOurs ? idBytes : 0));
  };
}
