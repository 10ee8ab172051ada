import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { type AddressScope, scopeOf } from '../../dns/address-block.ts';
import { hostOf, isWeb, portOf } from '../../http/location.ts';

/** How names become addresses, and what is connected to for them; another one for tests. */
export interface Reach {
  findAddresses(host: string): Promise<readonly string[]>;
  connectTo(address: string, port: number): Endpoint;
}

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** As this machine has it. */
export const systemReach: Reach = {
  findAddresses: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
  connectTo: (address, port) => ({ address, port }),
};

const maxUrlLength = 2048;

/** A URL that may be asked, or why not. */
export function askableUrl(text: string): URL | { readonly why: string } {
  if (text.length > maxUrlLength) return { why: `the URL is longer than ${maxUrlLength} characters` };
  if (!URL.canParse(text)) return { why: 'it is no URL' };
  const url = new URL(text);
  if (!isWeb(url)) return { why: `${url.protocol.slice(0, 20)} URLs are not asked, only http and https` };
  if (url.username !== '' || url.password !== '') return { why: 'the URL has credentials in it' };
  return url;
}

const strangers: readonly AddressScope[] = ['global'];
/** Never link-local: that is where clouds hand out credentials. */
const owns: readonly AddressScope[] = ['global', 'private', 'shared', 'loopback'];
const maxAddresses = 3;

/**
 * The addresses behind a URL that may be connected to. Whoever holds a certificate of a public authority may have put
 * any name in it, and whoever made it up itself any URL: such a one leads only to the public internet.
 *
 * @param isOwn whether the certificate leads to a root that was declared for the target
 */
export async function askableAddresses(
  url: URL,
  isOwn: boolean,
  reach: Reach,
): Promise<readonly Endpoint[] | { readonly why: string }> {
  const host = hostOf(url);
  const found = isIP(host) === 0 ? await namesOf(host, reach) : [host];
  const [first] = found;
  if (first === undefined) return { why: 'no address for the name' };
  const allowed = found.filter((address) => mayBeAsked(address, isOwn));
  if (allowed.length === 0) return { why: refusal(first, isOwn) };
  return allowed.slice(0, maxAddresses).map((address) => ({ address, port: portOf(url) }));
}

async function namesOf(host: string, reach: Reach): Promise<readonly string[]> {
  try {
    return await reach.findAddresses(host);
  } catch {
    // The name server's reason changes nothing: there is no address to ask.
    return [];
  }
}

function mayBeAsked(address: string, isOwn: boolean): boolean {
  const scope = scopeOf(address);
  return scope !== undefined && (isOwn ? owns : strangers).includes(scope);
}

function refusal(address: string, isOwn: boolean): string {
  const scope = scopeOf(address) ?? 'unknown';
  const unless = isOwn ? '' : ', as the certificate leads to no root of a ca file of the target';
  return `not asked: its address is ${scope}${unless}`;
}
