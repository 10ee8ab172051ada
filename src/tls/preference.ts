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
 * Offers what was found the other way round. As this is accepted, it shows too that the refusal before it was meant for
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
  const kind = preferenceOf([...offered].reverse(), look.hello?.suite, found[0]);
  const mayDiffer =
    kind === 'server' && offered[0] !== undefined && !isChaCha20(offered[0]) && !isChaCha20(found[0] ?? 0);
  return { kind: mayDiffer ? yield* byClient(found, `${label} with ChaCha20 first`, ask) : kind, look };
}

/** Begins with another than the server's first, if possible not with ChaCha20. */
function otherWayRound(found: readonly number[]): readonly number[] {
  const reversed = [...found].reverse();
  const calm = chaChaLast(reversed);
  return calm[0] === found[0] ? reversed : calm;
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

function* byClient(found: readonly number[], label: string, ask: Question['ask']): Probing<Preference> {
  const chaCha = found.filter(isChaCha20);
  if (chaCha.length === 0) return 'server';
  const look = yield* askOne(ask([...chaCha, ...found.filter((suite) => !isChaCha20(suite))], label));
  if (!isAccepted(look)) return 'unknown';
  return isChaCha20(look.hello?.suite ?? 0) ? 'server, ChaCha20 by client' : 'server';
}

/** Where a client puts ChaCha20 first, some servers leave their own order. */
function chaChaLast(suites: readonly number[]): number[] {
  return [...suites.filter((suite) => !isChaCha20(suite)), ...suites.filter(isChaCha20)];
}
