import { AssayError, formatIpAddress, parseIpAddress } from '../model/index.ts';

const label = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
const maxNameLength = 253;

function canonicalHost(host: string): string | undefined {
  try {
    return new URL(`https://${host}/`).hostname;
  } catch {
    return undefined;
  }
}

/** An IPv4 or IPv6 address in its canonical text form (RFC 5952, no brackets); undefined for anything else. */
export function canonicalAddress(text: string): string | undefined {
  const octets = parseIpAddress(text);
  return octets && formatIpAddress(octets);
}

function isHostName(name: string): boolean {
  return name.length <= maxNameLength && name.split('.').every((part) => label.test(part));
}

/**
 * A host as it stands in a URL, in canonical form: IDNs as lower-case A-labels (UTS 46), addresses per RFC 5952
 * without brackets, no final dot.
 *
 * @throws AssayError ERR_TARGET
 */
export function parseHost(text: string): string {
  const bracketed = /^\[(.*)\]$/.exec(text)?.[1];
  if (bracketed !== undefined) {
    const address = canonicalAddress(bracketed);
    if (address === undefined || !address.includes(':')) throw badHost('an IPv6 address in brackets');
    return address;
  }
  const plain = /^[^\s/?#@:%[\]\\]+$/.test(text) ? canonicalHost(text)?.replace(/\.$/, '') : undefined;
  if (plain === undefined || !isHostName(plain)) throw badHost('a host name or address');
  return plain;
}

function badHost(expected: string): AssayError {
  return new AssayError('ERR_TARGET', `expected ${expected} after "://", got something else`, {
    remedy: 'name the host as in https://pay.example:8443 or https://[2001:db8::1]',
  });
}
