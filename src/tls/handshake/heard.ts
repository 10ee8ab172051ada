import type { Ending, Reply, Step, Talk } from '../exchange.ts';

/** What reads a server's side. */
interface Flight {
  readonly reading: boolean;
  /** Bytes pushed. */
  readonly length: number;
  /** What evidence may hold of what came from an offset on. */
  quotable(received: Uint8Array, offset: number): Uint8Array;
  push(chunk: Uint8Array): void;
}

/** One step, after which the flight has had every byte of the reply, once, whoever fed them. */
export function* heard(flight: Flight, send: Uint8Array): Talk<Ending> {
  const before = flight.length;
  const step: Step = {
    send,
    until: (chunk) => {
      flight.push(chunk);
      return !flight.reading;
    },
    keep: (received) => flight.quotable(received, before),
  };
  const reply: Reply = yield step;
  flight.push(reply.received.subarray(flight.length - before));
  return reply.ended;
}
