import { Buffer } from 'node:buffer';
import { type Answer, judgedBytes, judgeReply, keepablePart } from './answer.ts';
import { cipherSuites } from './cipher-suites.ts';
import { type Dialogue, type Reply, say, type Until } from './exchange.ts';
import type { Offer } from './offers.ts';
import { FlightReader, type HandshakeMessage } from './record.ts';
import { contentType, handshakeType, protocolVersions, type RecordVersion } from './registry.ts';
import { decodeServerHello, type ServerHello } from './server-hello.ts';
import { bringsKeyExchange, type KeyExchangeSeen, readKeyExchange } from './server-key-exchange.ts';

/** What one hello brought. */
export interface Look {
  readonly offer: Offer;
  readonly answer: Answer;
  /** Where the answer is a ServerHello, whether it accepts or breaks the rules. */
  readonly hello?: ServerHello;
  readonly exchange?: KeyExchangeSeen;
  /** The time was up before what was waited for had come. */
  readonly unfinished?: true;
  /** Body of the Certificate message, where it came before what was waited for. */
  readonly certificate?: Uint8Array;
}

/**
 * One connection that asks a version with a hello, and reads as far as the key exchange. Two with the same label are the
 * same question: `<version> full` and `<version> small` are those that `probeVersions` asks.
 *
 * @param wanted with `key exchange` the whole flight is kept, and an alert after the ServerHello is the answer
 */
export function helloDialogue(
  version: RecordVersion,
  label: string,
  offer: Offer,
  wanted: 'hello' | 'key exchange' = 'hello',
): Dialogue<Look> {
  const keepWhole = wanted === 'key exchange';
  return {
    label,
    brief: true,
    *talk() {
      const keep = (received: Uint8Array): Uint8Array =>
        keepWhole ? keepablePart(version, received) : withoutCertificates(version, received);
      const reply = yield* say({ send: offer.bytes, until: untilKeyExchange(), keep });
      const look = lookAt(version, offer, reply);
      return keepWhole ? withAlertAfterHello(look, reply) : look;
    },
  };
}

/** Reads a reply. Pure: the same reply gives the same look. */
export function lookAt(version: RecordVersion, offer: Offer, reply: Reply): Look {
  const answer = judgeReply(version, offer, reply);
  const { messages } = flightOf(reply.received);
  const hello = helloIn(messages);
  if (hello === undefined) return { offer, answer };
  const certificate = messages.find(({ type }) => type === handshakeType.certificate)?.body;
  const exchange = answer.kind === 'accepted' ? exchangeIn(hello, messages) : undefined;
  return {
    offer,
    answer,
    hello,
    ...(exchange === undefined ? {} : { exchange }),
    ...(reply.ended === 'timed-out' ? { unfinished: true } : {}),
    ...(certificate === undefined ? {} : { certificate }),
  };
}

/** Some servers pick a suite, and only then see that they share no group with the client. */
function withAlertAfterHello(look: Look, { received }: Reply): Look {
  const { end } = flightOf(received);
  const failed = look.answer.kind === 'accepted' && look.exchange === undefined && end?.kind === 'alert';
  return failed ? { ...look, answer: { kind: 'alert', name: end.name } } : look;
}

function flightOf(received: Uint8Array): FlightReader {
  const flight = new FlightReader();
  flight.push(received.subarray(0, judgedBytes));
  return flight;
}

function helloIn([first]: readonly HandshakeMessage[]): ServerHello | undefined {
  return first?.type === handshakeType.serverHello ? decodeServerHello(first.body) : undefined;
}

function exchangeIn(hello: ServerHello, messages: readonly HandshakeMessage[]): KeyExchangeSeen | undefined {
  const message = messages.find(({ type }) => type === handshakeType.serverKeyExchange);
  const suite = cipherSuites.get(hello.suite);
  return message === undefined || suite === undefined
    ? undefined
    : readKeyExchange(suite, hello.version, message.body);
}

/** Enough: the ServerHello, and where the suite brings one the ServerKeyExchange. */
function untilKeyExchange(): Until {
  const flight = new FlightReader();
  let length = 0;
  return (chunk) => {
    flight.push(chunk.subarray(0, Math.max(0, judgedBytes - length)));
    length += chunk.length;
    if (flight.end !== undefined || length >= judgedBytes) return true;
    const [first] = flight.messages;
    if (first === undefined) return false;
    return (
      !awaitsKeyExchange(helloIn(flight.messages)) || flight.messages.some(({ type }) => endsWait.has(type))
    );
  };
}

const endsWait: ReadonlySet<number> = new Set([
  handshakeType.serverKeyExchange,
  handshakeType.serverHelloDone,
]);

function awaitsKeyExchange(hello: ServerHello | undefined): boolean {
  if (hello === undefined || hello.version >= protocolVersions['TLSv1.3']) return false;
  return bringsKeyExchange(cipherSuites.get(hello.suite) ?? '');
}

/**
 * What of a reply is kept: of a well-formed flight its ServerHello, ServerKeyExchange and end, framed anew, and of
 * certificates only the first: hundreds of hellos would keep the same chain as often. Of all else what may be kept.
 */
function withoutCertificates(version: RecordVersion, received: Uint8Array): Uint8Array {
  const kept = keepablePart(version, received);
  const flight = flightOf(received);
  const judged = flight.messages.filter(({ type }) => judgedTypes.has(type));
  if (judged[0]?.type !== handshakeType.serverHello || flight.end !== undefined) return kept;
  return Buffer.concat(judged.map(framed));
}

const judgedTypes: ReadonlySet<number> = new Set([
  handshakeType.serverHello,
  handshakeType.serverKeyExchange,
  handshakeType.serverHelloDone,
]);

function framed({ type, body }: HandshakeMessage): Buffer {
  const header = Buffer.from([contentType.handshake, 3, 3, 0, 0, type, 0, 0, 0]);
  header.writeUInt16BE(4 + body.length, 3);
  header.writeUIntBE(body.length, 6, 3);
  return Buffer.concat([header, body]);
}
