import { AssayError } from '../model/index.ts';
import { type AddressBlock, readAddressBlock } from './address-block.ts';

/** No scan is of more: what is larger is several scans. */
export const maxEndpoints = 100_000;

const forms = '443 or 443,8443';
const places =
  'https://host, tls://host:8443, host:8443, [2001:db8::1]:443, 10.0.0.0/28, 10.0.0.10-10.0.0.20 or postgres://user@host/database';

function refusal(expected: string, got: string, remedy: string): AssayError {
  return new AssayError('ERR_TARGET', `expected ${expected}, got ${got}`, { remedy });
}

/** Ports between commas, each once; undefined: something else. */
export function parsePorts(text: string): readonly number[] | undefined {
  const words = text.split(',');
  const ports = words.map((word) => (/^\d{1,5}$/.test(word) ? Number(word) : 0));
  const valid = ports.every((port) => port >= 1 && port <= 65_535);
  return valid && new Set(ports).size === ports.length ? ports : undefined;
}

/** A place taken apart: a URL that says everything, or hosts that still lack a port. */
type Place =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'hosts'; readonly scheme: string; readonly hosts: () => Iterable<string> };

/**
 * The target URLs that one place stands for. A place is a target URL; or a host, an address in brackets where it is
 * IPv6, a prefix or a range of addresses, each with or without `tls://` or `https://` before it. What names no port
 * gets each of the ports, 443 without any: port by port, so that the same address is not asked twice in a row.
 *
 * @param ports for places that name none
 * @param own given beside the place: it must name none
 * @throws AssayError ERR_TARGET; it never repeats the place, which may hold what is secret
 */
export function* urlsOf(
  text: string,
  ports: readonly number[] = [443],
  own?: readonly number[],
): Iterable<string> {
  const place = readPlace(text);
  if (place.kind === 'url') {
    if (own !== undefined) throw refusal('ports in one place', 'them in two', `write host ${forms}`);
    yield place.url;
    return;
  }
  for (const port of own ?? ports) {
    for (const host of place.hosts()) yield `${place.scheme}://${host}:${port}`;
  }
}

function readPlace(text: string): Place {
  const [, scheme = 'tls', rest = ''] = /^(?:(https|tls):\/\/)?(.*)$/is.exec(text) ?? [];
  const block = blockIn(rest);
  if (block !== undefined) return { kind: 'hosts', scheme, hosts: () => inBrackets(block.addresses()) };
  const [, host] = /^(\[[^\]]*\]|[^:/?#@[\]]+)\/?$/.exec(rest) ?? [];
  if (host !== undefined) return { kind: 'hosts', scheme, hosts: () => [host] };
  return { kind: 'url', url: text.includes('://') ? text : `tls://${text}` };
}

function* inBrackets(addresses: Iterable<string>): Iterable<string> {
  for (const address of addresses) yield address.includes(':') ? `[${address}]` : address;
}

function blockIn(text: string): AddressBlock | undefined {
  const read = readAddressBlock(text);
  if (read === undefined) return undefined;
  if ('got' in read) throw refusal('a prefix or a range of addresses', read.got, `places are ${places}`);
  if (read.block.count <= BigInt(maxEndpoints)) return read.block;
  throw refusal(
    `at most ${maxEndpoints} endpoints`,
    'more addresses than that',
    'name smaller blocks, in several scans',
  );
}
