import type { Completeness, Json, Seen } from '../model/index.ts';
import { tokensOf } from './json-pointer.ts';
import type { Location } from './presence.ts';

/**
 * A list was seen whole only when its collector said so: it, or the nearest list around it, has a completeness entry
 * that misses nothing and counts as many members as are there.
 */
export function isComplete(seen: readonly Seen[], list: Location): boolean {
  const observation = seen.find(({ fact }) => fact === list.fact);
  const entry = nearestEntry(observation?.completeness ?? [], list.pointer);
  if (!observation || !entry) return false;
  const whole = entry.missing.length === 0 && (entry.total === undefined || entry.total === entry.returned);
  return whole && memberCount(observation.value, entry.list) === entry.returned;
}

/** The entry for a list itself, or for the nearest list around it. */
export function nearestEntry(entries: readonly Completeness[], pointer: string): Completeness | undefined {
  return entries
    .filter(({ list }) => pointer === list || pointer.startsWith(`${list}/`))
    .sort((a, b) => b.list.length - a.list.length)[0];
}

function memberCount(value: Json, pointer: string): number | undefined {
  let at: unknown = value;
  for (const token of tokensOf(pointer)) {
    at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[token] : undefined;
  }
  if (Array.isArray(at)) return at.length;
  return typeof at === 'object' && at !== null ? Object.keys(at).length : undefined;
}

/** How the populations that a control draws on were established. */
export function basisOf(seen: readonly Seen[]): readonly string[] {
  return [...new Set(seen.flatMap(({ completeness }) => completeness.map(({ basis }) => basis)))];
}
