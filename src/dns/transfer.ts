import { decodeFirstAnswer } from './message.ts';
import type { DnsName } from './name.ts';

/** Whether a server hands over the zone; no `answer`: it said nothing definite. */
export interface TransferAnswer {
  readonly answer?: 'refused' | 'transferred';
  readonly how: string;
}

/** How a question for the whole zone ended. */
interface Ended {
  readonly ended: string;
  readonly received: Uint8Array;
}

/** Errors that say no; SERVFAIL says that something is broken. */
const refusals = ['REFUSED', 'NOTAUTH', 'NOTIMP', 'FORMERR', 'NXDOMAIN'];

/**
 * What the first message after an AXFR question says (RFC 5936 §2.2). `ended`: the server ended the connection, which
 * alone says nothing.
 */
function transferAnswer({ ended, received }: Ended): TransferAnswer | 'ended' {
  if (ended === 'closed' || ended === 'reset') return 'ended';
  if (ended !== 'answered') return { how: `no answer: ${ended}` };
  const message = decodeFirstAnswer(received);
  if (message === undefined) return { how: 'an answer that cannot be read' };
  const {
    rcode,
    answers: [record],
  } = message;
  if (rcode === 'NOERROR' && record !== undefined)
    return { answer: 'transferred', how: `answered with a record (${record.type})` };
  if (rcode === 'NOERROR') return { answer: 'refused', how: 'answered without a record' };
  return { how: `answered ${rcode}`, ...(refusals.includes(rcode) ? { answer: 'refused' } : {}) };
}

/** One connection of a try: which, and what is asked on it. */
export interface TransferAsk {
  readonly type: 'AXFR' | 'SOA';
  /** Counted from 0. */
  readonly turn: number;
}

/** What evidence calls it. */
export function transferRequest(zone: DnsName, { type, turn }: TransferAsk, server: string): string {
  return `${zone} ${type} at ${server} by TCP${turn === 0 ? '' : `, connection ${turn + 1}`}`;
}

/** Asks one address of a server for the zone, sans-IO: yields connections, and is fed how each ended. */
export function* tryTransfer(): Generator<TransferAsk, TransferAnswer, Ended> {
  const answer = transferAnswer(yield { type: 'AXFR', turn: 0 });
  if (answer !== 'ended') return answer;
  // It hung up on the question: that says something only where it answers others before and after.
  const before = yield { type: 'SOA', turn: 1 };
  const again = yield { type: 'AXFR', turn: 2 };
  const after = yield { type: 'SOA', turn: 3 };
  const second = transferAnswer(again);
  if (second !== 'ended') return second;
  return [before, after].every(
    (one) => one.ended === 'answered' && decodeFirstAnswer(one.received)?.rcode === 'NOERROR',
  )
    ? { answer: 'refused', how: 'hung up, between two questions that it answered' }
    : { how: 'hung up, and did not answer other questions either' };
}
