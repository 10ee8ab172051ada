import type { Completeness, Json, Seen } from '../model/index.ts';
import { tokensOf } from './json-pointer.ts';
import type { Location } from './presence.ts';

/**
 * A list was seen whole only when its collector said so: it, or the nearest list around it, has a completeness entry
 * that misses nothing and counts as many members as are there. Where there are several, all must.
 */
export function isComplete(seen: readonly Seen[], list: Location): boolean {
  const observation = seen.find(({ fact }) => fact === list.fact);
  const nearest = nearestEntry(observation?.completeness ?? [], list.pointer);
  if (!observation || !nearest) return false;
  const members = memberCount(observation.value, nearest.list);
  return observation.completeness
    .filter((entry) => entry.list === nearest.list)
    .every((entry) => isWhole(entry) && entry.returned === members);
}

function isWhole({ missing, total, returned }: Completeness): boolean {
  return missing.length === 0 && (total === undefined || total === returned);
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
