/** How far a scan is. */
export interface Headway {
  /** Subjects, as far as they are known. */
  readonly total: number;
  readonly done: number;
  /** Of those done, the ones of which something was not seen. */
  readonly unseen: number;
  readonly elapsedMs: number;
}

/** Before that, a rate would say more of chance than of the scan. */
const rateAfter = { done: 5, elapsedMs: 3_000 } as const;

/** `looking: 120 of 1,000 done, 3 not wholly seen, 240 a minute, 4 min left`. */
export function headwayInWords(headway: Headway): string {
  const { total, done, unseen } = headway;
  const parts = [
    `looking: ${grouped(done)} of ${grouped(total)} done`,
    ...(unseen === 0 ? [] : [`${grouped(unseen)} not wholly seen`]),
    ...rateInWords(headway),
  ];
  return parts.join(', ');
}

function rateInWords({ total, done, elapsedMs }: Headway): readonly string[] {
  if (done < rateAfter.done || elapsedMs < rateAfter.elapsedMs) return [];
  const perMinute = (done / elapsedMs) * 60_000;
  const leftMs = ((total - done) / done) * elapsedMs;
  const rate = `${grouped(Math.max(Math.round(perMinute), 1))} a minute`;
  return total === done ? [rate] : [rate, `${durationInWords(leftMs)} left`];
}

/** `45 s`, `4 min`, `2 h 5 min`: what is left is an estimate, and is not told more exactly. */
export function durationInWords(durationMs: number): string {
  const seconds = Math.max(Math.round(durationMs / 1_000), 1);
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');
