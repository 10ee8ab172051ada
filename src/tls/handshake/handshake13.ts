import { Buffer } from 'node:buffer';
import type { Talk } from '../exchange.ts';
import { contentType, protocolVersions } from '../registry.ts';
import { plainRecord } from '../writer.ts';
import { ServerFlight13 } from './flight13.ts';
import { heard } from './heard.ts';
import { firstHello13, type Offer13 } from './hello13.ts';
import type { Handshake13 } from './outcome13.ts';

/**
 * How far a handshake goes: `flight` to the end of the server's first flight, `proof` further only where no signature in
 * it shows that the server holds the certificate's key, `complete` on to what it says after ours.
 */
export type Extent = 'flight' | 'proof' | 'complete';

/** RFC 8446 §D.4: what middleboxes expect before the first record under new keys. */
const changeCipherSpec = plainRecord(
  contentType.changeCipherSpec,
  protocolVersions['TLSv1.2'],
  Buffer.from([1]),
);
const warning = 1;
const closeNotify = 0;

/**
 * Makes a TLS 1.3 handshake: one HelloRetryRequest is followed; a server that asks for a certificate gets an empty
 * list. A completed handshake is closed at once, so that the server says what it still has to say (tickets, alerts)
 * and ends the connection; no application data is ever sent.
 */
export function* handshake13(offer: Offer13, extent: Extent): Talk<Handshake13> {
  const hello = firstHello13(offer);
  const flight = new ServerFlight13(offer, hello);
  let ended = yield* heard(flight, hello.record);
  if (flight.phase === 'retry') {
    const second = flight.answerRetry();
    ended = yield* heard(flight, Buffer.concat([changeCipherSpec, second.record]));
  }
  if (flight.phase === 'finished' && extent === 'complete' && ended === 'complete') {
    const ours = completion(flight);
    flight.read();
    if (ours !== undefined) ended = yield* heard(flight, ours);
  }
  return { ...flight.seen, ended };
}

function completion(flight: ServerFlight13): Buffer | undefined {
  const ours = flight.complete();
  if (ours === undefined) return undefined;
  const prelude = flight.seen.retriedFor === undefined ? [changeCipherSpec] : [];
  return Buffer.concat([
    ...prelude,
    ours.seal(contentType.handshake, ours.messages),
    ours.sealLater(contentType.alert, Buffer.from([warning, closeNotify])),
  ]);
}
