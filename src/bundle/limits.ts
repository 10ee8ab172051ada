import { extentOf } from './json-extent.ts';
import { idIn, paths } from './layout.ts';

const mebibyte = 1_048_576;

/** Answers of a system are cut at 64 MiB; indented and with its keys, one takes up to four times that. */
const recordLimitBytes = 256 * mebibyte;
/** What has a few hundred bytes for each of the systems in scope, or for each of their exceptions. */
const fleetLimitBytes = 64 * mebibyte;
const fleetPaths: ReadonlySet<string> = new Set([paths.scope, paths.previous, paths.assessment]);
const otherLimitBytes = 16 * mebibyte;

/** A line of `data/findings.ndjson` or of the log; 80,000 exceptions of one control on one system fit. */
export const lineLimitBytes = 32 * mebibyte;

/** Deeper nesting than any fact has; a hostile file must not exhaust the stack. */
export const depthLimit = 64;

/** Of one JSON text. Memory goes by these and not by bytes: an empty list takes 3 bytes here, and 50 once parsed. */
const valueLimit = 10_000_000;

/** What a record's observations may take; the rest of it, and references to evidence, have what is left. */
export const recordRoom = { bytes: 0.95 * recordLimitBytes, values: 0.95 * valueLimit };

/** Most bytes of a payload file that is read whole. */
export function fileLimitBytes(path: string): number {
  if (idIn('observations', path) !== undefined) return recordLimitBytes;
  return fleetPaths.has(path) ? fleetLimitBytes : otherLimitBytes;
}

/** What a JSON text has too much of to be parsed: "at most …"; undefined where it can be. */
export function jsonExcess(text: string): string | undefined {
  const { depth, values } = extentOf(text);
  if (depth > depthLimit) return `at most ${depthLimit} levels of nesting`;
  return values > valueLimit ? `at most ${valueLimit} values` : undefined;
}
