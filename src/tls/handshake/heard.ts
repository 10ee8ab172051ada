import type { Ending, Reply, Step, Talk } from '../exchange.ts';

/** What reads a server's side. */
interface Flight {
  readonly reading: boolean;
  /** Bytes pushed. */
  readonly length: number;
  /** Bytes that evidence may hold. */
  readonly quotable: number;
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
    keep: (received) => received.subarray(0, Math.max(0, flight.quotable - before)),
  };
  const reply: Reply = yield step;
  flight.push(reply.received.subarray(flight.length - before));
  return reply.ended;
}
