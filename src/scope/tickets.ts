import type { CollectedObservation } from '../model/index.ts';
import type { Declared } from './declared.ts';
import type { Tickets } from './facts/tickets.ts';
import { keyOf, type Meetings } from './meetings.ts';
import { ordered, seen } from './observed.ts';
import type { TicketSight } from './ticket-sight.ts';

type Row = Tickets['keys'][number];

export function ticketsObservation(declared: Declared, met: Meetings, at: string): CollectedObservation {
  const rows = new Map<string, Row>();
  for (const sight of olderThanWeek(declared, at)) {
    const now = met.tickets(sight.subject);
    for (const keyName of sight.keyNames) {
      const again = metAgain(keyName, now);
      // Bytes that are no names come again only if they are.
      if (!sight.named && again !== true) continue;
      const key = keyOf(sight.subject, keyName);
      const before = rows.get(key)?.lastSeen ?? '';
      rows.set(key, {
        endpoint: sight.subject,
        keyName,
        lastSeen: before > sight.at ? before : sight.at,
        ...(again === undefined ? {} : { metAgain: again }),
      });
    }
  }
  const bundles = declared.previous.map(({ fingerprint }) => fingerprint).join(', ');
  return seen('scope.tickets', at, {
    value: { keys: ordered(rows) } satisfies Tickets,
    completeness: [
      {
        list: '/keys',
        basis:
          'the names of ticket keys in the bundles given to this scan, from looks more than seven days before',
        returned: rows.size,
        missing: [],
      },
    ],
    request: `compare tls.tickets of every endpoint with those of ${bundles || 'no earlier bundle'}`,
    evidence: [],
  });
}

/** RFC 9325 section 3.4. */
const weekMs = 7 * 86_400_000;

function olderThanWeek({ earlier, targets }: Declared, at: string): readonly TicketSight[] {
  const ids = new Set(targets.map(({ id }) => id));
  return earlier.tickets.filter((one) => ids.has(one.target) && Date.parse(at) - Date.parse(one.at) > weekMs);
}

/** That no ticket begins with the name says nothing where those of now begin with no names. */
function metAgain(keyName: string, now: TicketSight | undefined): boolean | undefined {
  if (now?.keyNames.includes(keyName)) return true;
  return now?.whole && (now.named || now.tickets === 0) ? false : undefined;
}
