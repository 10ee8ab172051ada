const octetCount = 4;
const groupCount = 8;

/** The 4 or 16 octets of an address literal (RFC 4291 §2.2; no zone, no brackets), or undefined. */
export function parseIpAddress(text: string): Uint8Array | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

/** The textual form of 4 or 16 octets, RFC 5952 for version 6. */
export function formatIpAddress(octets: Uint8Array): string {
  return octets.length === octetCount ? octets.join('.') : formatIpv6(octets);
}

function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split('.');
  const valid =
    parts.length === octetCount && parts.every((p) => /^(0|[1-9]\d{0,2})$/.test(p) && Number(p) < 256);
  return valid ? Uint8Array.from(parts, Number) : undefined;
}

function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':').flatMap(groupsOf)));
  if (head === undefined) return undefined;
  const filled =
    tail === undefined ? head : [...head, ...zeros(groupCount - head.length - tail.length), ...tail];
  const compressible = tail === undefined || head.length + tail.length < groupCount;
  if (!compressible || filled.length !== groupCount || filled.some(Number.isNaN)) return undefined;
  return Uint8Array.from(filled.flatMap((group) => [group >> 8, group & 0xff]));
}

/** One group, or the two that an embedded dotted quad stands for; NaN for neither. */
function groupsOf(text: string): number[] {
  if (/^[0-9a-f]{1,4}$/i.test(text)) return [Number.parseInt(text, 16)];
  const [a, b, c, d] = parseIpv4(text) ?? [];
  if (a === undefined || b === undefined || c === undefined || d === undefined) return [Number.NaN];
  return [(a << 8) | b, (c << 8) | d];
}

function zeros(count: number): number[] {
  return Array.from({ length: Math.max(count, 0) }, () => 0);
}

function formatIpv6(octets: Uint8Array): string {
  const groups = Array.from(
    { length: groupCount },
    (_, i) => ((octets[2 * i] ?? 0) << 8) | (octets[2 * i + 1] ?? 0),
  );
  const { start, length } = longestZeroRun(groups);
  const hex = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  if (length < 2) return hex(groups);
  return `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let current = 0;
  for (const [index, group] of groups.entries()) {
    current = group === 0 ? current + 1 : 0;
    if (current > best.length) best = { start: index - current + 1, length: current };
  }
  return best;
}
