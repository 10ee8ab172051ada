import { decodeFirstAnswer } from './message.ts';

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
export function transferAnswer({ ended, received }: Ended): TransferAnswer | 'ended' {
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
