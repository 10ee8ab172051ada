import { Buffer } from 'node:buffer';
import type { Ending, Talk } from '../exchange.ts';
import { contentType, protocolVersions } from '../registry.ts';
import { plainRecord } from '../writer.ts';
import { ServerFlight12 } from './flight12.ts';
import type { Extent } from './handshake13.ts';
import { heard } from './heard.ts';
import { hello12, type Offer12 } from './hello12.ts';
import type { Handshake12 } from './outcome12.ts';

const warning = 1;
const closeNotify = 0;

/**
 * Makes a handshake of TLS 1.0, 1.1 or 1.2. A server that asks for a certificate gets an empty list. A completed
 * handshake is closed with close_notify, as a server may forget the session of a client that just hangs up; no
 * application data is ever sent. Where an earlier session is offered, the talk ends when it is to be seen whether the
 * server takes it up.
 */
export function* handshake12(offer: Offer12, extent: Extent): Talk<Handshake12> {
  const hello = hello12(offer);
  const flight = new ServerFlight12(offer, hello);
  const ended = yield* heard(flight, hello.record);
  const wanted = extent === 'complete' || (extent === 'proof' && flight.seen.proof === undefined);
  const goesOn = flight.phase === 'ours' && wanted && ended === 'complete';
  const ours = goesOn ? completion(flight, protocolVersions[offer.version]) : undefined;
  return { ended: ours === undefined ? ended : yield* completed(flight, ours), ...flight.seen };
}

function* completed(flight: ServerFlight12, ours: Buffer): Talk<Ending> {
  const ended = yield* heard(flight, ours);
  const seal = flight.phase === 'finished' && ended === 'complete' ? flight.close() : undefined;
  if (seal !== undefined) yield* heard(flight, seal(contentType.alert, Buffer.from([warning, closeNotify])));
  return ended;
}

function completion(flight: ServerFlight12, version: number): Buffer | undefined {
  const ours = flight.complete();
  if (ours === undefined) return undefined;
  return Buffer.concat([
    plainRecord(contentType.handshake, version, ours.clear),
    plainRecord(contentType.changeCipherSpec, version, Buffer.from([1])),
    ours.seal(contentType.handshake, ours.sealed),
  ]);
}
