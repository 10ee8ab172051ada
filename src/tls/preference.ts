import { isChaCha20 } from './cipher-suites.ts';
import { askOne, isAccepted, type Question, whyOpen } from './elimination.ts';
import type { Probing } from './exchange.ts';
import type { Look } from './look.ts';

/**
 * Whose order decides. `server, ChaCha20 by client`: the server's, unless the client puts ChaCha20 first, as OpenSSL does
 * with PRIORITIZE_CHACHA. `single`: there is one only. `unknown`: not asked, or the answers fit neither.
 */
export const preferences = ['server', 'server, ChaCha20 by client', 'client', 'single', 'unknown'] as const;
export type Preference = (typeof preferences)[number];

export interface PreferenceSeen {
  readonly kind: Preference;
  /** What the first hello in another order brought. */
  readonly look?: Look;
  /** Why the server no longer accepts what it accepted before: then its refusals prove nothing. */
  readonly why?: string;
}

/**
 * Offers what was found the other way round, ChaCha20 first: a server that takes its own first all the same goes by its
 * own order, whatever the client puts first. As this is accepted, it shows too that the refusal before it was meant for
 * what was offered.
 */
export function* askPreference(
  found: readonly number[],
  label: string,
  ask: Question['ask'],
): Probing<PreferenceSeen> {
  if (found.length === 0) return { kind: 'unknown' };
  const offered = otherWayRound(found);
  const look = yield* askOne(ask(offered, label));
  if (!isAccepted(look)) return { kind: 'unknown', look, why: whyOpen(look) };
  const picked = look.hello?.suite;
  const calm = chaChaLast(offered);
  const isOpen = picked !== undefined && isChaCha20(picked) && picked !== found[0] && calm[0] !== found[0];
  const kind = isOpen
    ? yield* chaChaOrClient(found, calm, `${label} with ChaCha20 last`, ask)
    : preferenceOf([...offered].reverse(), picked, found[0]);
  return { kind, look };
}

/** Begins with another than the server's first: with ChaCha20, unless that is the server's first itself. */
function otherWayRound(found: readonly number[]): readonly number[] {
  const reversed = [...found].reverse();
  const calm = chaChaLast(reversed);
  if (isChaCha20(found[0] ?? 0)) return calm[0] === found[0] ? reversed : calm;
  return [...reversed.filter(isChaCha20), ...reversed.filter((suite) => !isChaCha20(suite))];
}

/**
 * Whose order decides, by what was picked when the list was offered the other way round.
 *
 * @param own what the server picked first before; absent: the first of the order
 */
export function preferenceOf(
  order: readonly number[],
  picked: number | undefined,
  own: number | undefined = order[0],
): Preference {
  if (picked === undefined || order.length === 0) return 'unknown';
  if (order.length === 1) return 'single';
  if (picked === own) return 'server';
  return picked === order.at(-1) ? 'client' : 'unknown';
}

/** ChaCha20 was picked where it stood first: that any client is followed shows where it stands last. */
function* chaChaOrClient(
  found: readonly number[],
  calm: readonly number[],
  label: string,
  ask: Question['ask'],
): Probing<Preference> {
  const look = yield* askOne(ask(calm, label));
  if (!isAccepted(look)) return 'unknown';
  const kind = preferenceOf([...calm].reverse(), look.hello?.suite, found[0]);
  return kind === 'server' ? 'server, ChaCha20 by client' : kind;
}

/** Where a client puts ChaCha20 first, some servers leave their own order. */
function chaChaLast(suites: readonly number[]): number[] {
  return [...suites.filter((suite) => !isChaCha20(suite)), ...suites.filter(isChaCha20)];
}
