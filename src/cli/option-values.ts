import { InvalidArgumentError } from 'commander';
import { parsePorts } from '../config/places.ts';
import { type ProbeGroup, probeGroups, type Severity, severities } from '../model/index.ts';

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `500ms`, `5s`, `2m`, `1h` in milliseconds; a bare number is seconds. */
export function parseDurationMs(text: string): number {
  const [, amount, unit = 's'] = /^(\d{1,6})(ms|s|m|h)?$/.exec(text) ?? [];
  const durationMs = Number(amount) * (unitsMs[unit] ?? 0);
  // Timers of Node hold 31 bits; a longer limit would end at once.
  if (!(durationMs >= 1 && durationMs <= 2_147_483_647 / 12)) {
    throw new InvalidArgumentError('expected a duration such as 500ms, 5s or 2m.');
  }
  return durationMs;
}

export function parseConcurrency(text: string): number {
  const value = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > 256) throw new InvalidArgumentError('expected a whole number from 1 to 256.');
  return value;
}

/** Connections a second; below one, as 0.5, there is one every two seconds. */
export function parseMaxRate(text: string): number {
  const value = /^\d{1,5}(\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (value < 0.1 || value > 10_000) throw new InvalidArgumentError('expected a number from 0.1 to 10000.');
  return value;
}

export function parsePortList(text: string): readonly number[] {
  const ports = parsePorts(text);
  if (ports) return ports;
  throw new InvalidArgumentError(
    'expected ports from 1 to 65535 between commas, each once, such as 443,8443.',
  );
}

export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new InvalidArgumentError('expected a port from 1 to 65535.');
  return port;
}

export function parseSeverity(text: string): Severity {
  const severity = severities.find((candidate) => candidate === text);
  if (!severity) throw new InvalidArgumentError(`expected one of ${severities.join(', ')}.`);
  return severity;
}

export function parseFailOn(text: string): Severity | 'none' {
  return text === 'none' ? 'none' : parseSeverity(text);
}

/** A comma list; given several times, the lists add up. */
export function addToList(text: string, before: readonly string[] = []): readonly string[] {
  const items = text.split(',').map((item) => item.trim());
  if (items.some((item) => item === ''))
    throw new InvalidArgumentError('expected names separated by commas.');
  return [...before, ...items];
}

/** A comma list of groups of controls; given several times, the lists add up. */
export function addToProbes(text: string, before: readonly ProbeGroup[] = []): readonly ProbeGroup[] {
  const groups = addToList(text).map((name) => {
    const group = probeGroups.find((candidate) => candidate === name);
    if (group === undefined) throw new InvalidArgumentError(`expected ${probeGroups.join(' or ')}.`);
    return group;
  });
  return [...before, ...groups];
}

/** A day (its start, UTC) or an instant as RFC 3339 has it, in UTC with milliseconds. */
export function parseInstant(text: string): string {
  const form = /^\d{4}-\d{2}-(\d{2})(T\d{2}:\d{2}:\d{2}(\.\d{1,3})?(Z|[+-]\d{2}:\d{2}))?$/.exec(text);
  const at = new Date(form === null ? Number.NaN : Date.parse(text));
  // A day that a month does not have would become one of the next.
  const day = Date.parse(`${text.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(at.getTime()) || new Date(day).getUTCDate() !== Number(form?.[1]))
    throw new InvalidArgumentError(
      'expected a day or an instant, such as 2026-11-20 or 2026-11-20T08:00:00Z.',
    );
  return at.toISOString();
}
