import { Buffer } from 'node:buffer';
import type { Completeness } from '../../model/index.ts';
import type { Tickets } from '../facts/tickets.ts';
import type { CompleteHandshake } from '../handshake/complete-handshake.ts';
import type { Handshake12 } from '../handshake/outcome12.ts';
import type { Handshake13 } from '../handshake/outcome13.ts';
import type { Ticket } from '../handshake/ticket.ts';
import { howItEnded } from '../sent-certificates.ts';
import type { Sessions } from './probe-sessions.ts';

type Row = Tickets['handshakes'][number];

/** The fact `tls.tickets`, and the versions that are not in it. */
export interface Answered<T> {
  readonly value: T;
  readonly missing: Completeness['missing'];
}

export function ticketsValue({ handshakes, missing }: Sessions): Answered<Tickets> {
  const rows = handshakes.map((one) => ({ one, row: rowOf(one) }));
  return {
    value: { handshakes: rows.flatMap(({ row }) => (row === undefined ? [] : [row])) },
    missing: [...missing, ...rows.flatMap(({ one, row }) => (row === undefined ? [notCompleted(one)] : []))],
  };
}

export function notCompleted({ version, seen }: CompleteHandshake): Completeness['missing'][number] {
  if (version === 'TLSv1.3' && seen.completed && seen.ended === 'closed' && seen.alert === undefined)
    return { what: version, why: 'the connection was closed without close_notify, and before any ticket' };
  return { what: version, why: `the handshake was not completed: ${howItEnded(seen, version)}` };
}

/** Undefined where the handshake was not completed. */
function rowOf(handshake: CompleteHandshake): Row | undefined {
  return handshake.version === 'TLSv1.3' ? row13(handshake.seen) : row12(handshake.version, handshake.seen);
}

/**
 * That no ticket came is known only where the server saw the handshake through and said that it closes: a connection that
 * just ends may have ended before its tickets were out.
 */
export function sawThrough({ completed, sessions, alert }: Handshake13): boolean {
  return completed && (sessions.length > 0 || alert === 'close_notify');
}

function row13(seen: Handshake13): Row | undefined {
  if (!sawThrough(seen)) return undefined;
  const { sessions } = seen;
  const tickets = sessions.map(({ ticket }) => ticket);
  return {
    version: 'TLSv1.3',
    ...described(tickets),
    earlyDataBytes: Math.max(0, ...tickets.map(({ earlyDataBytes = 0 }) => earlyDataBytes)),
    sessionId: false,
  };
}

function row12(version: string, { finished, ticket, sessionId }: Handshake12): Row | undefined {
  if (!finished) return undefined;
  return {
    version,
    ...described(ticket === undefined ? [] : [ticket]),
    earlyDataBytes: 0,
    sessionId: (sessionId?.length ?? 0) > 0,
  };
}

const keyNameBytes = 16;

function described(
  tickets: readonly Ticket[],
): Pick<Row, 'tickets' | 'lifetimeSeconds' | 'ticketBytes' | 'keyName' | 'sameKeyName'> {
  const [first] = tickets;
  if (first === undefined) return { tickets: 0 };
  const [keyName, ...others] = tickets.map(keyNameOf);
  const isCompared = keyName !== undefined && others.length > 0;
  return {
    tickets: tickets.length,
    lifetimeSeconds: Math.max(...tickets.map(({ lifetimeSeconds }) => lifetimeSeconds)),
    ticketBytes: first.bytes.length,
    ...(keyName === undefined ? {} : { keyName }),
    ...(isCompared ? { sameKeyName: others.every((other) => other === keyName) } : {}),
  };
}

function keyNameOf({ bytes }: Ticket): string | undefined {
  return bytes.length > keyNameBytes
    ? Buffer.from(bytes.subarray(0, keyNameBytes)).toString('hex')
    : undefined;
}
