import type { AccountReview, CollectedObservation } from '../model/index.ts';
import type { Declared } from './declared.ts';
import type { Reviews } from './facts/reviews.ts';
import { keyOf, type Meetings, sources } from './meetings.ts';
import { ageDays, missingOfServers, ordered, seen, undeclaredRegister } from './observed.ts';
import { personsOf } from './persons.ts';

type Row = Reviews['accounts'][number];

const source = sources['postgres-server'];

export function reviewsObservation(
  { registers, files, targets }: Declared,
  met: Meetings,
  at: string,
): CollectedObservation {
  const register = registers.reviews;
  if (!register) return undeclaredRegister('scope.reviews', 'reviews', at);
  const personOf = personsOf(registers);
  const rows = new Map<string, Row>();
  for (const { system, account, date, reviewer, decision } of lastOf(register.reviews)) {
    const reviewedByOwner = isSame(reviewer, personOf(system, account));
    const gone = met.whole(system, source) ? { present: false } : {};
    const row = { system, account, decision, ageDays: ageDays(date, at), reviewedByOwner, ...gone };
    rows.set(keyOf(system, account), row);
  }
  for (const { system, account } of met.accounts()) {
    const key = keyOf(system, account);
    const before = rows.get(key) ?? { system, account, decision: 'none', reviewedByOwner: false };
    rows.set(key, { ...before, present: true });
  }
  return seen('scope.reviews', at, {
    value: { accounts: ordered(rows) } satisfies Reviews,
    completeness: [
      {
        list: '/accounts',
        basis: `the reviews ${register.name} of ${register.date}, and the log-in roles of every database server`,
        returned: rows.size,
        missing: missingOfServers(met, targets, [source]),
      },
    ],
    request: `compare ${register.name} (sha256 ${register.sha256}) with ${source} of every server`,
    evidence: [files.reviews, files.accounts].flatMap((file) => file ?? []),
  });
}

/** The last review of each account. */
const lastOf = (reviews: readonly AccountReview[]): Iterable<AccountReview> => {
  const last = new Map<string, AccountReview>();
  for (const review of reviews) {
    const key = keyOf(review.system, review.account);
    if ((last.get(key)?.date ?? '') < review.date) last.set(key, review);
  }
  return last.values();
};

const isSame = (reviewer: string, person: string | undefined): boolean =>
  person !== undefined && reviewer.toLowerCase() === person.toLowerCase();
