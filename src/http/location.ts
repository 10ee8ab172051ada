import { Buffer } from 'node:buffer';

const limitLength = 8192;
const limitKept = 300;

/**
 * Where a Location field leads, as a browser reads it: octets as UTF-8, relative to what was asked, percent-encoded.
 *
 * @param value Latin-1, as it stands in a head
 * @returns undefined for what is no URL, or longer than 8 KB
 */
export function resolveLocation(value: string, asked: URL): URL | undefined {
  if (value.length > limitLength) return undefined;
  try {
    return new URL(Buffer.from(value, 'latin1').toString('utf8'), asked);
  } catch {
    return undefined;
  }
}

/** The host of a URL as targets have it: an address without brackets, a name without final dot. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}

/** The port of an http or https URL. */
export function portOf({ protocol, port }: URL): number {
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}

/**
 * As much of a URL as may be kept: scheme, host, port and path. User information, query, fragment and the parameters
 * of path segments (`;jsessionid=`) could be secrets.
 */
export function keepablePart(url: URL): string {
  if (!isWeb(url)) return url.protocol.slice(0, limitKept);
  const path = url.pathname.replace(/;[^/]*/g, '');
  return `${url.protocol}//${url.host}${path}`.slice(0, limitKept);
}

export function isWeb({ protocol }: URL): boolean {
  return protocol === 'http:' || protocol === 'https:';
}
