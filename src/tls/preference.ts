import { isChaCha20 } from './cipher-suites.ts';
import { askOne, isAccepted, type Question, whyOpen } from './elimination.ts';
import type { Probing } from './exchange.ts';
import type { Look } from './look.ts';

/**
 * Whose order decides. `server, ChaCha20 first where the client puts it first`: as OpenSSL with PRIORITIZE_CHACHA.
 * `single`: there is one only. `unknown`: not asked, or the answers fit neither.
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
 * Offers what was found in another order. As this is accepted, it shows too that the refusal before it was meant for what
 * was offered.
 */
export function* askPreference(
  found: readonly number[],
  label: string,
  ask: Question['ask'],
): Probing<PreferenceSeen> {
  if (found.length === 0) return { kind: 'unknown' };
  const reversed = chaChaFirst([...found].reverse(), found[0]);
  const look = yield* askOne(ask(reversed, label));
  if (!isAccepted(look)) return { kind: 'unknown', why: whyOpen(look) };
  return { ...(yield* judge(look, found, reversed, label, ask)), look };
}

function* judge(
  look: Look,
  found: readonly number[],
  reversed: readonly number[],
  label: string,
  ask: Question['ask'],
): Probing<PreferenceSeen> {
  if (found.length === 1) return { kind: 'single' };
  const [picked, own, offered] = [look.hello?.suite, found[0], reversed[0]];
  if (picked === own) return { kind: 'server' };
  if (picked !== offered) return { kind: 'unknown' };
  return offered !== undefined && isChaCha20(offered)
    ? yield* askWithout(reversed, found, `${label} without ChaCha20 first`, ask)
    : { kind: 'client' };
}

/** One hello tells two things apart where ChaCha20 comes first in it, and is not the server's own first. */
function chaChaFirst(suites: readonly number[], own: number | undefined): readonly number[] {
  const first = suites.find((suite) => suite !== own && isChaCha20(suite));
  return first === undefined ? suites : [first, ...suites.filter((suite) => suite !== first)];
}

function* askWithout(
  reversed: readonly number[],
  found: readonly number[],
  label: string,
  ask: Question['ask'],
): Probing<PreferenceSeen> {
  const order = [...reversed.filter((suite) => !isChaCha20(suite)), ...reversed.filter(isChaCha20)];
  if (order[0] === found[0]) return { kind: 'unknown' };
  const look = yield* askOne(ask(order, label));
  if (!isAccepted(look)) return { kind: 'unknown', why: whyOpen(look) };
  const picked = look.hello?.suite;
  if (picked === found[0]) return { kind: 'server, ChaCha20 by client' };
  return { kind: picked === order[0] ? 'client' : 'unknown' };
}

/** Whose order decides, by what was picked when the list was offered the other way round. */
export function preferenceOf(order: readonly number[], picked: number | undefined): Preference {
  if (picked === undefined || order.length === 0) return 'unknown';
  if (order.length === 1) return 'single';
  if (picked === order[0]) return 'server';
  return picked === order.at(-1) ? 'client' : 'unknown';
}
