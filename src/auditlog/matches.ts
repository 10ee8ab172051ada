import { type DetectorName, detected, detectorNames } from './detectors.ts';
import type { LogEntry } from './entry.ts';
import type { Matches } from './facts/matches.ts';
import type { LogLine } from './lines.ts';

/** Counts entries that hold what must not stand in a log, with the places of the first ones. */
export interface MatchCount {
  entry(entry: LogEntry, file: string): void;
  /** A line that belongs to no entry, or was not read as a part of one. */
  stray(line: LogLine, file: string): void;
  /** Entries and lines of which only the beginning was searched. */
  readonly cut: number;
  value(): Matches;
}

type Place = { readonly file: string; entries: number; readonly firstOffset: number };

export function startMatches(): MatchCount {
  const found = new Map<DetectorName, Map<string, Place>>(detectorNames.map((name) => [name, new Map()]));
  let entries = 0;
  let cut = 0;
  const search = (texts: readonly string[], file: string, offset: number): void => {
    for (const name of detected(texts)) {
      const places = found.get(name);
      const place = places?.get(file);
      if (place === undefined) places?.set(file, { file, entries: 1, firstOffset: offset });
      else place.entries++;
    }
  };
  return {
    entry: (entry, file) => {
      if (entry.primary) entries++;
      if (entry.cut) cut++;
      search(entry.texts, file, entry.offset);
    },
    stray: (line, file) => {
      if (line.cut) cut++;
      search([line.text], file, line.offset);
    },
    get cut() {
      return cut;
    },
    value: () => ({
      entries,
      detectors: detectorNames.map((detector) => {
        const files = [...(found.get(detector)?.values() ?? [])];
        return { detector, entries: files.reduce((sum, file) => sum + file.entries, 0), files };
      }),
    }),
  };
}
