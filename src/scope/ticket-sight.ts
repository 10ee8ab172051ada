import type { SubjectRecord } from '../model/index.ts';

/** The session tickets that one look brought. */
export interface TicketSight {
  /** Ids of the subject and of its target. */
  readonly subject: string;
  readonly target: string;
  /** RFC 3339, the end of the look. */
  readonly at: string;
  readonly tickets: number;
  /** First 16 bytes of tickets, hexadecimal, each once. */
  readonly keyNames: readonly string[];
  /** Whether several tickets showed that they begin with the name of a key (RFC 5077 section 4). */
  readonly named: boolean;
  /** Whether every version that was to be asked gave its tickets, or none. */
  readonly whole: boolean;
}

export const ticketsSource = 'tls.tickets';

interface Row {
  readonly tickets: number;
  readonly keyName?: string;
  readonly sameKeyName?: boolean;
}

/** Undefined where the tickets were not seen. */
export function ticketSight({ subject, observations }: SubjectRecord<unknown>): TicketSight | undefined {
  const seen = observations.find(({ fact }) => fact === ticketsSource);
  if (seen?.kind !== 'seen') return undefined;
  const { handshakes } = seen.value as unknown as { readonly handshakes: readonly Row[] };
  const given = handshakes.filter(({ tickets }) => tickets > 0);
  const names = given.flatMap(({ keyName }) => keyName ?? []);
  return {
    ...{ subject: subject.id, target: subject.targetId, at: seen.endedAt },
    tickets: given.reduce((sum, { tickets }) => sum + tickets, 0),
    keyNames: [...new Set(names)],
    named: areNames(given, names),
    whole: seen.completeness.every(({ missing }) => missing.length === 0),
  };
}

/** Tickets of another make begin with something else each. */
function areNames(given: readonly Row[], names: readonly string[]): boolean {
  const same = given.flatMap(({ sameKeyName }) => sameKeyName ?? []);
  if (names.length < given.length || same.includes(false)) return false;
  return same.length > 0 || new Set(names).size < names.length;
}
