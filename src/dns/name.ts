/** A name in the DNS as text: lower case, without the final dot, `\.` and `\DDD` inside labels; '' is the root. */
export type DnsName = string;

const maxNameOctets = 255;
const maxPointers = 128;

/** A name read from a message, and where what follows it begins. */
export interface ReadName {
  readonly name: DnsName;
  readonly next: number;
}

/**
 * Reads a name (RFC 1035 §4.1.4). Pointers lead backwards only, and so they end; what they lead to ends before the name
 * that they are in, so that a name never depends on what comes after it.
 *
 * @returns undefined for what is no name
 */
export function readName(message: Uint8Array, offset: number): ReadName | undefined {
  const labels: Uint8Array[] = [];
  let readable = message;
  let at = offset;
  let before = offset;
  let next: number | undefined;
  for (let pointers = 0; pointers <= maxPointers; pointers++) {
    const end = readLabels(readable, at, labels);
    const last = end === undefined ? undefined : readable[end];
    if (end === undefined || last === undefined || octetsIn(labels) > maxNameOctets) return undefined;
    if (last === 0) return { name: labels.map(labelText).join('.'), next: next ?? end + 1 };
    const target = ((last & 0x3f) << 8) | (readable[end + 1] ?? 0);
    if (end + 1 >= readable.length || target >= before) return undefined;
    next ??= end + 2;
    readable = message.subarray(0, before);
    before = target;
    at = target;
  }
  return undefined;
}

/** Reads labels up to the end of the name or a pointer, and gives its place; undefined for what is neither. */
function readLabels(message: Uint8Array, from: number, labels: Uint8Array[]): number | undefined {
  let at = from;
  for (;;) {
    const length = message[at];
    if (length === 0 || (length !== undefined && length >= 0xc0)) return at;
    if (length === undefined || length > 63 || at + 1 + length > message.length) return undefined;
    if (labels.length === maxNameOctets) return undefined;
    labels.push(message.subarray(at + 1, at + 1 + length));
    at += 1 + length;
  }
}

const octetsIn = (labels: readonly Uint8Array[]): number =>
  labels.reduce((sum, label) => sum + 1 + label.length, 1);

/** RFC 4343: ASCII letters in lower case; RFC 1035 §5.1: what is not printable, and dots and backslashes, escaped. */
function labelText(label: Uint8Array): string {
  return Array.from(label, (octet) => {
    const character = String.fromCharCode(octet).toLowerCase();
    if (character === '.' || character === '\\') return `\\${character}`;
    return octet > 0x20 && octet < 0x7f ? character : `\\${String(octet).padStart(3, '0')}`;
  }).join('');
}

/** Whether a name can be asked for as it stands: printable, unescaped, of a length that fits. */
export function isAskable(name: DnsName): boolean {
  return (
    name.length <= 253 &&
    name.split('.').every((label) => /^[\x21-\x7e]{1,63}$/.test(label) && !label.includes('\\'))
  );
}

/** The canonical text of a name that a record holds as text. */
export function canonicalName(text: string): DnsName {
  return text.toLowerCase().replace(/\.$/, '');
}

/** The name and those above it, without the root: `a.b.c`, `b.c`, `c`. */
export function upwards(name: DnsName): readonly DnsName[] {
  const labels = name.split('.');
  return labels.map((_, index) => labels.slice(index).join('.'));
}

export function isWithin(name: DnsName, zone: DnsName): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}
