const two = (value: number): string => String(value).padStart(2, '0');

function dateAndTime(at: Date): string {
  return at.toISOString().slice(0, 19).replace('T', ' ');
}

/** `2026-11-20 02:00:00 UTC`. */
export function utcTime(instant: string): string {
  return `${dateAndTime(new Date(instant))} UTC`;
}

/** `2026-11-20 07:30:00 (UTC+05:30)`, by the offset recorded at the scan and not by the reader's time zone. */
export function localTime(instant: string, utcOffsetMinutes: number): string {
  const shifted = new Date(new Date(instant).getTime() + utcOffsetMinutes * 60_000);
  const size = Math.abs(utcOffsetMinutes);
  const sign = utcOffsetMinutes < 0 ? '-' : '+';
  return `${dateAndTime(shifted)} (UTC${sign}${two(Math.floor(size / 60))}:${two(size % 60)})`;
}

/** `850 ms`, `3.4 s`, `2 min 5 s`. */
export function durationWords(durationMs: number): string {
  if (durationMs < 1000) return `${Math.round(durationMs)} ms`;
  if (durationMs < 60_000) return `${(durationMs / 1000).toFixed(1)} s`;
  const seconds = Math.round(durationMs / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

export function elapsedMs(startedAt: string, endedAt: string): number {
  return new Date(endedAt).getTime() - new Date(startedAt).getTime();
}
