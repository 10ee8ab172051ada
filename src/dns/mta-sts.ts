import { canonicalName, type DnsName } from './name.ts';
import { parseTags } from './tags.ts';

export const policyModes = ['enforce', 'testing', 'none', 'absent', 'unusable'] as const;

/** An MTA-STS policy (RFC 8461 §3.2), or why senders have none. */
export interface StsPolicy {
  readonly mode: (typeof policyModes)[number];
  readonly problem?: string;
  readonly maxAgeSeconds: number;
  readonly patterns: readonly string[];
}

export const unusable = (problem: string): StsPolicy => ({
  mode: 'unusable',
  problem,
  maxAgeSeconds: 0,
  patterns: [],
});
export const noPolicy: StsPolicy = { mode: 'absent', maxAgeSeconds: 0, patterns: [] };

/** Whether the TXT records of `_mta-sts.<domain>` announce a policy (RFC 8461 §3.1): one with a version and an id. */
export function announcesPolicy(texts: readonly string[]): boolean {
  const [text, another] = texts.filter((each) => /^v=STSv1[ \t]*;/.test(each));
  if (text === undefined || another !== undefined) return false;
  return /^[a-z0-9]{1,32}$/i.test(parseTags(text)?.get('id') ?? '');
}

const maxMaxAge = 31_557_600;
const maxPatterns = 200;

/** Reads a policy as it was fetched. */
export function parsePolicy(text: string): StsPolicy {
  const pairs = text.split(/\r?\n/).flatMap((line) => {
    const [, name, value] = /^([a-z0-9_][a-z0-9_.-]{0,31})[ \t]*:[ \t]*(.*?)[ \t]*$/i.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [{ name: name.toLowerCase(), value }];
  });
  const first = (name: string): string => pairs.find((pair) => pair.name === name)?.value ?? '';
  if (first('version') !== 'STSv1') return unusable('its version is not STSv1');
  const mode = (['enforce', 'testing', 'none'] as const).find((known) => known === first('mode'));
  if (mode === undefined) return unusable('its mode is none that there is');
  const maxAge = first('max_age');
  if (!/^\d{1,10}$/.test(maxAge) || Number(maxAge) > maxMaxAge)
    return unusable('its max_age is none that there is');
  const patterns = pairs.flatMap(({ name, value }) => (name === 'mx' ? [canonicalName(value)] : []));
  if (patterns.length > maxPatterns) return unusable(`it has more than ${maxPatterns} patterns`);
  if (mode !== 'none' && patterns.length === 0) return unusable('it names no host');
  return { mode, maxAgeSeconds: Number(maxAge), patterns };
}

/** RFC 8461 §4.1: a wildcard stands for the whole first label. */
export function isCovered(host: DnsName, patterns: readonly string[]): boolean {
  return patterns.some(
    (pattern) =>
      pattern === host ||
      (pattern.startsWith('*.') && host.includes('.') && host.slice(host.indexOf('.')) === pattern.slice(1)),
  );
}
