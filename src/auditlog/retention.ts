import type { Retention } from './facts/retention.ts';

export interface StoreSeen {
  readonly files: number;
  readonly oldestMs: number;
  readonly newestMs?: number;
  readonly atMs: number;
  /** As text: a 64-bit number. */
  readonly systemIdentifier?: string;
  /** By name, as the server gives them; a setting that may not be seen is absent. */
  readonly settings: Readonly<Record<string, string>>;
}

const dayMs = 86_400_000;

export function retentionOf({
  files,
  oldestMs,
  newestMs,
  atMs,
  systemIdentifier,
  settings,
}: StoreSeen): Retention {
  const overwrites = overwritesAfterDays(settings['log_filename'], settings['log_truncate_on_rotation']);
  const rotation = settings['log_rotation_age'];
  return {
    files,
    oldestEntry: new Date(oldestMs).toISOString(),
    ...(newestMs === undefined ? {} : { newestEntry: new Date(newestMs).toISOString() }),
    reachesBackDays: daysBetween(oldestMs, atMs),
    ...(systemIdentifier === undefined
      ? {}
      : { serverAgeDays: daysBetween(initialisedMs(systemIdentifier), atMs) }),
    ...(overwrites === undefined ? {} : { overwritesAfterDays: overwrites }),
    ...(rotation === undefined ? {} : { rotationMinutes: Number(rotation) }),
  };
}

const daysBetween = (fromMs: number, toMs: number): number =>
  Math.max(0, Math.floor((toMs - fromMs) / dayMs));

/** When a server's data were initialised: the upper half of its identifier is the time of initdb in seconds (BootStrapXLOG in xlog.c). */
export const initialisedMs = (identifier: string): number => Number(BigInt(identifier) >> 32n) * 1000;

/** How long each part of a name takes to come round, in days. */
const rounds: readonly (readonly [part: RegExp, days: number])[] = [
  [/%[cCDeFGgsVYyx]/, Number.POSITIVE_INFINITY],
  [/%[jUW]|%[bBhm].*%d|%d.*%[bBhm]/, 365],
  [/%d/, 28],
  [/%[aAuw]/, 7],
  [/%[HIklT]/, 1],
];

/** The shortest time after which a name that strftime makes is used again. */
export function overwritesAfterDays(
  name: string | undefined,
  truncates: string | undefined,
): number | undefined {
  if (name === undefined || truncates !== 'on') return undefined;
  const days = rounds.find(([part]) => part.test(name))?.[1] ?? 0;
  return Number.isFinite(days) ? days : undefined;
}
