import { Buffer } from 'node:buffer';
import { cipherSuites } from './cipher-suites.ts';
import type { Ending, Reply, Until } from './exchange.ts';
import { judgedPart } from './judged-part.ts';
import { type Offer, offers } from './offers.ts';
import { FlightReader } from './record.ts';
import {
  extensionType,
  handshakeType,
  type ProtocolVersion,
  protocolVersionOf,
  protocolVersions,
  ssl2CipherKinds,
} from './registry.ts';
import { decodeServerHello, type ServerHello } from './server-hello.ts';
import { Ssl2Reader } from './ssl2.ts';

/** Why there is no answer: what the network did, bytes that are no TLS, or TLS that says nothing of the version. */
export type Silence = Exclude<Ending, 'complete' | 'too-long'> | 'not-tls' | 'indefinite';

/** What one reply says of the version that the hello asked for. */
export type Answer =
  | { readonly kind: 'accepted'; readonly suite: string; readonly retryGroup?: number }
  | {
      readonly kind: 'refused';
      /** `confirmed`: it came again, between hellos that were accepted. */
      readonly by: 'protocol_version' | 'lower-version' | 'confirmed';
      readonly how: string;
    }
  /** An alert that refuses the version only where nothing else can be its cause. */
  | { readonly kind: 'alert'; readonly name: string }
  | { readonly kind: 'none'; readonly silence: Silence; readonly why: string };

/** Bytes of a reply that are read and judged: a ServerHello is far shorter in any fragmentation. */
export const judgedBytes = 16 * 1024;

/** Alerts about the name, the credentials or the connection: they say nothing of the version. */
const besideTheVersion: ReadonlySet<string> = new Set([
  'close_notify',
  'user_canceled',
  'unrecognized_name',
  'missing_extension',
  'unknown_psk_identity',
  'certificate_required',
  'no_application_protocol',
  'ech_required',
]);

/** Tells when a reply to a hello of the version can be judged. */
export function untilAnswered(version: ProtocolVersion): Until {
  const flight = new FlightReader();
  const ssl2 = version === 'SSLv2' ? new Ssl2Reader() : undefined;
  let length = 0;
  return (chunk) => {
    const judged = chunk.subarray(0, Math.max(0, judgedBytes - length));
    length += chunk.length;
    flight.push(judged);
    ssl2?.push(judged);
    const answer = ssl2?.answer();
    const answered = flight.end !== undefined || flight.messages.length > 0;
    return (
      length >= judgedBytes ||
      (ssl2 === undefined || answer?.kind === 'foreign' ? answered : answer !== undefined)
    );
  };
}

const headerBytes = 5;

/**
 * What of a reply may be kept as evidence: as much as is judged, and no more; what a service that speaks something else
 * says, or says after its answer, may hold a secret. It is judged as all of it would be.
 */
export function keepablePart(version: ProtocolVersion, received: Uint8Array): Uint8Array {
  const judged = received.subarray(0, judgedBytes);
  if (version === 'SSLv2') {
    const ssl2 = new Ssl2Reader();
    ssl2.push(judged);
    const answer = ssl2.answer();
    if (answer?.kind === 'server-hello') return judged.subarray(0, 2 + ssl2Length(judged));
    if (answer?.kind === 'error') return Buffer.from([0x80, 3, ...judged.subarray(2, headerBytes)]);
  }
  const flight = new FlightReader();
  flight.push(judged);
  const speaksTls = flight.end?.kind !== 'broken' || !flight.end.foreign;
  return speaksTls ? judgedPart(judged) : judged.subarray(0, headerBytes);
}

function ssl2Length([high = 0, low = 0]: Uint8Array): number {
  return (high & 0x7f) * 256 + low;
}

/** Judges the reply to a hello of the version. Pure: the same reply gives the same answer. */
export function judgeReply(version: ProtocolVersion, offer: Offer, reply: Reply): Answer {
  const received = reply.received.subarray(0, judgedBytes);
  if (received.length === 0) return silent(reply.ended);
  if (version === 'SSLv2') {
    const ssl2 = judgeSsl2(offer, received);
    if (ssl2 !== undefined) return ssl2;
  }
  const flight = new FlightReader();
  flight.push(received);
  const first = flight.messages[0];
  if (first === undefined) return judgeEnd(flight, reply.ended);
  if (first.type !== handshakeType.serverHello)
    return indefinite('a handshake message other than ServerHello');
  const hello = decodeServerHello(first.body);
  return hello === undefined
    ? indefinite('a malformed ServerHello')
    : judgeServerHello(version, offer, hello);
}

function judgeServerHello(version: ProtocolVersion, offer: Offer, hello: ServerHello): Answer {
  const got = protocolVersionOf(hello.version);
  const suite = cipherSuites.get(hello.suite);
  if (got === undefined || got === 'SSLv2') return indefinite('a ServerHello of an unknown version');
  if (protocolVersions[got] > protocolVersions[version]) {
    return indefinite(`a ServerHello of ${got}, which was not offered`);
  }
  if (suite === undefined || !offers(offer, hello.suite, hello.version)) {
    return indefinite('a ServerHello with a cipher suite that was not offered for its version');
  }
  if (hello.compression !== 0 && !offer.compressions?.includes(hello.compression))
    return indefinite('a ServerHello with a compression that was not offered');
  if (got !== version) return { kind: 'refused', by: 'lower-version', how: `answered with ${got}` };
  if (version === 'TLSv1.3' && hello.retry) return judgeRetry(offer, hello, suite);
  return { kind: 'accepted', suite };
}

function judgeRetry(offer: Offer, hello: ServerHello, suite: string): Answer {
  if (hello.group === undefined) {
    const changes = hello.extensions.has(extensionType.cookie);
    return changes ? { kind: 'accepted', suite } : indefinite('a HelloRetryRequest that asks for nothing');
  }
  if (!offer.groups.includes(hello.group))
    return indefinite('a HelloRetryRequest for a group that was not offered');
  return { kind: 'accepted', suite, retryGroup: hello.group };
}

const refusedByVersion: Answer = { kind: 'refused', by: 'protocol_version', how: 'alert protocol_version' };

function judgeEnd(flight: FlightReader, ended: Ending): Answer {
  const { end } = flight;
  const warned = flight.warnings.includes('protocol_version');
  if (warned && end === undefined) return refusedByVersion;
  if (end === undefined) return partial(flight, ended);
  if (end.kind === 'broken')
    return { kind: 'none', silence: end.foreign ? 'not-tls' : 'indefinite', why: end.why };
  if (end.name === 'protocol_version') return refusedByVersion;
  if (besideTheVersion.has(end.name))
    return indefinite(`alert ${end.name}, which says nothing of the version`);
  return { kind: 'alert', name: end.name };
}

function partial(flight: FlightReader, ended: Ending): Answer {
  if (ended === 'complete' || ended === 'too-long')
    return indefinite('data without end and without a ServerHello');
  const { why } = silent(ended);
  return { kind: 'none', silence: ended, why: flight.partial ? `${why}, after part of an answer` : why };
}

function judgeSsl2(offer: Offer, received: Uint8Array): Answer | undefined {
  const reader = new Ssl2Reader();
  reader.push(received);
  const answer = reader.answer();
  if (answer === undefined) return undefined;
  switch (answer.kind) {
    case 'foreign':
      return undefined;
    case 'error':
      return indefinite(`SSLv2 ERROR ${answer.code}`);
    case 'server-hello': {
      const chosen = answer.cipherKinds.find((kind) => offer.suites.includes(kind));
      if (chosen === undefined) return indefinite('an SSLv2 SERVER-HELLO without a cipher that was offered');
      return { kind: 'accepted', suite: ssl2CipherKinds.get(chosen) ?? '' };
    }
  }
}

function indefinite(why: string): Answer {
  return { kind: 'none', silence: 'indefinite', why: `answered with ${why}` };
}

const silences: Readonly<Record<Ending, readonly [Silence, string]>> = {
  complete: ['indefinite', 'nothing was received'],
  'too-long': ['indefinite', 'nothing was received'],
  closed: ['closed', 'connection closed without an alert'],
  reset: ['reset', 'connection reset without an alert'],
  'timed-out': ['timed-out', 'no answer in time'],
  unreachable: ['unreachable', 'no connection'],
};

function silent(ended: Ending): Extract<Answer, { kind: 'none' }> {
  const [silence, why] = silences[ended];
  return { kind: 'none', silence, why };
}
