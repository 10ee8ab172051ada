import { Buffer } from 'node:buffer';
import { parseIpAddress } from '../model/index.ts';
import type { GeneralNames } from './general-names.ts';

/**
 * Whether a certificate's subjectAltName holds the name or address that was asked for (RFC 9525 §6). The common name
 * is never looked at. A wildcard stands for one whole left-most label, and not right under a top-level domain.
 *
 * @param host lower-case A-label name, or address literal without brackets
 */
export function namesServer(names: GeneralNames | undefined, host: string): boolean {
  if (names === undefined) return false;
  const address = parseIpAddress(host);
  if (address !== undefined) return names.ip.some((presented) => Buffer.compare(presented, address) === 0);
  const reference = labels(host);
  return names.dns.some((presented) => matches(labels(presented), reference));
}

/** Lower-case labels; a name may end with the root's empty label. */
function labels(name: string): string[] {
  return name.toLowerCase().replace(/\.$/, '').split('.');
}

function matches(presented: readonly string[], reference: readonly string[]): boolean {
  if (presented.length !== reference.length || reference.includes('')) return false;
  const from = presented[0] === '*' && presented.length > 2 ? 1 : 0;
  return presented.slice(from).every((label, index) => label === reference[index + from]);
}
