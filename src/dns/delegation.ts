import type { Message } from './message.ts';
import { type DnsName, isWithin } from './name.ts';

/** A part of a zone that others answer for. */
export interface Delegation {
  readonly name: DnsName;
  readonly servers: readonly DnsName[];
}

/**
 * The delegation that an authoritative server points to when it is asked for a name of its zone: a referral (RFC 1034
 * §4.3.2), or name servers of the name itself where it serves that zone too.
 */
export function delegationIn(message: Message, name: DnsName, zone: DnsName): Delegation | undefined {
  if (message.rcode !== 'NOERROR') return undefined;
  const found = [...message.answers, ...message.authorities].flatMap((record) =>
    record.type === 'NS' && record.name !== zone && isWithin(record.name, zone) && isWithin(name, record.name)
      ? [record]
      : [],
  );
  const [first] = found;
  if (first === undefined) return undefined;
  const servers = found.filter((record) => record.name === first.name).map(({ target }) => target);
  return { name: first.name, servers: [...new Set(servers)].sort() };
}

/** Whether a server answers for a zone, as its answer to a question for the zone's SOA shows; undefined: it was silent. */
export function answersFor(message: Message | undefined, zone: DnsName): boolean | undefined {
  if (message === undefined) return undefined;
  return (
    message.rcode === 'NOERROR' &&
    message.authoritative &&
    message.answers.some((record) => record.type === 'SOA' && record.name === zone)
  );
}

/** A delegation is answered when one server does, and unanswered only when all were heard. */
export function delegationState(
  heard: readonly (boolean | undefined)[],
): 'present' | 'unanswered' | undefined {
  if (heard.includes(true)) return 'present';
  return heard.length === 0 || heard.includes(undefined) ? undefined : 'unanswered';
}
