import type { DestinationTrack } from './tracking.ts';

/** Something of the window that a form of the log does not have while another one does. */
interface Lack {
  readonly what: string;
  readonly why: string;
}

/**
 * Forms whose first entry of the window lies behind that of another form. The server writes each entry to every form with
 * one and the same time, so a form that begins later was turned on later, or emptied: which of them, its files do not tell.
 */
export function lateBeginnings(tracks: readonly DestinationTrack[]): readonly Lack[] {
  return tracks.filter(isComparable).flatMap((track) => {
    const earlier = tracks.find((other) => beginsBefore(other, track));
    return earlier === undefined ? [] : [lackOf(track, earlier)];
  });
}

/** Entries whose times could not be told are another lack. */
const isComparable = ({ entries, firstMs }: DestinationTrack): boolean =>
  entries === 0 || firstMs !== undefined;

/** Of `stderr`, times may be whole seconds (%t), and what its first process wrote at once went elsewhere. */
const stderrMs = 1000;

function beginsBefore(one: DestinationTrack, other: DestinationTrack): boolean {
  if (one.firstInsideMs === undefined) return false;
  if (other.firstInsideMs === undefined) return true;
  const apartMs = [one, other].some(({ destination }) => destination === 'stderr') ? stderrMs : 0;
  return one.firstInsideMs + apartMs < other.firstInsideMs;
}

function lackOf(track: DestinationTrack, earlier: DestinationTrack): Lack {
  const { destination, firstInsideMs } = track;
  if (firstInsideMs === undefined)
    return {
      what: `entries of ${destination}`,
      why: `log_destination has it, and it has no entry of the window while ${earlier.destination} has some: it was turned on just now, or emptied`,
    };
  return {
    what: `entries of ${destination} before ${new Date(firstInsideMs).toISOString()}`,
    why: `${earlier.destination} has entries from before: ${destination} was turned on later, or emptied`,
  };
}
