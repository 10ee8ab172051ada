import type { AssayConfig } from '../config/assay-config.ts';
import { urlsOf } from '../config/places.ts';
import { parseProxy } from '../config/proxy.ts';
import { parseTarget } from '../config/target.ts';
import type { ListedTarget } from '../config/target-list.ts';
import { parseTargetUrl } from '../config/target-url.ts';
import {
  AssayError,
  type PostgresConnection,
  type ProxyServer,
  schemeOf,
  type Target,
} from '../model/index.ts';

/** What the command line says of its targets beside their URLs. */
export interface NamingOptions {
  readonly caFile: string | undefined;
  readonly addresses: readonly string[] | undefined;
  /** Where plain HTTP is asked beside its https targets. */
  readonly httpPort?: number | undefined;
  /** URL of a proxy. */
  readonly proxy?: string | undefined;
  /** For URLs that name none. */
  readonly ports?: readonly number[] | undefined;
  /** What `--targets` lists. */
  readonly listed?: readonly ListedTarget[] | undefined;
}

/** A target as it was named: `at` says where. */
interface Named {
  readonly url: string;
  readonly target: Target;
  readonly at?: string;
}

/**
 * URLs on the command line, or ids of targets of the file, are the whole scope; one that the file describes keeps what the file says of it, except
 * where the command line says otherwise.
 *
 * @throws AssayError ERR_TARGET, ERR_LITERAL_SECRET
 */
export function nameTargets(
  places: readonly string[],
  { caFile, addresses, httpPort, proxy: proxyUrl, ports, listed }: NamingOptions,
  config: AssayConfig | undefined,
): readonly Target[] {
  const byId = new Map(config?.targets.map(({ id, locator }) => [id, locator]));
  const urls = places.map((place) => byId.get(place) ?? place);
  const proxy = proxyUrl === undefined ? undefined : parseProxy(proxyUrl);
  if (urls.length === 0 && addresses !== undefined)
    throw ofNothing('--address', 'https://host --address 192.0.2.7');
  if (urls.length === 0 && httpPort !== undefined)
    throw ofNothing('--http-port', 'https://host:8443 --http-port 8080');
  if (urls.length === 0 && listed === undefined) {
    if (ports !== undefined) throw ofNothing('--ports', 'https://host --ports 443,8443');
    return (config?.targets ?? []).map((target) => ({
      ...target,
      ...(proxy === undefined || target.proxy !== undefined ? {} : { proxy: forTls(target, proxy) }),
      ...(caFile !== undefined && target.caFile === undefined ? { caFile } : {}),
    }));
  }
  const typed = urls.flatMap((place) => [...expanded(place, ports)]);
  const anyHttps = typed.some((url) => parseTargetUrl(url).scheme === 'https');
  const named: readonly Named[] = [
    ...typed.map((url) => {
      const { scheme } = parseTargetUrl(url);
      const ofUrl = scheme === 'https' || !anyHttps ? { httpPort } : {};
      return { url, target: parseTarget(url, { caFile, addresses, proxy, ...ofUrl }) };
    }),
    ...(listed ?? []).map(({ target, ...where }) => ({
      ...where,
      target: proxy === undefined ? target : { ...target, proxy: forTls(target, proxy) },
    })),
  ];
  refuseTwice(named);
  const known = new Map(config?.targets.map((target) => [target.locator, target]));
  return named.map(({ url, target }) => {
    const described = known.get(target.locator);
    return described === undefined ? target : withTyped(described, target, url, httpPort);
  });
}

/** On the command line every target says its scheme: what has none may be a misspelt option. */
function expanded(place: string, ports: readonly number[] | undefined): Iterable<string> {
  return place.includes('://') ? urlsOf(place, ports) : [place];
}

/**
 * Two targets for one system would count its findings twice.
 *
 * @throws AssayError ERR_TARGET
 */
export function refuseTwice(named: readonly Pick<Named, 'target' | 'at'>[]): void {
  const seen = new Map<string, Pick<Named, 'target' | 'at'>>();
  for (const one of named) {
    const { kind, host, port, locator } = one.target;
    const key = `${kind} ${host} ${port}`;
    const first = seen.get(key);
    if (first !== undefined)
      throw new AssayError(
        'ERR_TARGET',
        `${one.at === undefined ? '' : `${one.at} `}expected each target once, got ${locator} twice${first.at === undefined ? '' : ` (first at ${first.at})`}`,
        { remedy: remedyFor(locator, first.target.locator) },
      );
    seen.set(key, one);
  }
}

function remedyFor(...locators: readonly string[]): string {
  const isBoth = ['https', 'tls'].every((scheme) => locators.some((one) => schemeOf(one) === scheme));
  return isBoth ? 'Name it once, as https: that includes all that tls looks at.' : 'Name it once.';
}

/** A connection that goes past the proxy would be a surprise. */
function forTls(target: Target, proxy: ProxyServer): ProxyServer {
  if (target.kind === 'tls-endpoint') return proxy;
  throw new AssayError('ERR_TARGET', `expected TLS endpoints beside --proxy, got a ${target.kind}`, {
    remedy: 'Give the TLS endpoints their proxy in assay.yaml, or name them alone on the command line.',
  });
}

function ofNothing(option: string, example: string): AssayError {
  return new AssayError('ERR_TARGET', `expected a target URL beside ${option}, got none`, {
    remedy: `Name the target: \`assay scan ${example}\`.`,
  });
}

/** What was typed holds over what the file says of the same target. */
function withTyped(known: Target, typed: Target, url: string, httpPort: number | undefined): Target {
  const { caFile, addresses, postgres, proxy } = typed;
  const resolver = typed.dns?.resolver;
  const { addressChoice, ...described } = known;
  const { http, dns } = known;
  return {
    ...described,
    ...(addressChoice === undefined || addresses.length > 0 ? {} : { addressChoice }),
    ...(proxy === undefined ? {} : { proxy }),
    ...(caFile === undefined ? {} : { caFile }),
    ...(addresses.length === 0 ? {} : { addresses }),
    ...(http === undefined || httpPort === undefined ? {} : { http: { ...http, clearPort: httpPort } }),
    ...(dns === undefined || resolver === undefined ? {} : { dns: { ...dns, resolver } }),
    ...(postgres === undefined ? {} : { postgres: connectionOf(known.postgres, postgres, url) }),
  };
}

function connectionOf(
  known: PostgresConnection | undefined,
  typed: PostgresConnection,
  url: string,
): PostgresConnection {
  const { password, ...described } = known ?? typed;
  const { tls, tlsGiven, ...named } = typed;
  const sameRole = named.user === undefined || named.user === described.user;
  return {
    ...described,
    ...named,
    ...(parseTargetUrl(url).sslmode === undefined ? {} : { tls, tlsGiven }),
    // A password belongs to one role.
    ...(password !== undefined && sameRole ? { password } : {}),
  };
}

/** @throws AssayError ERR_CA_FILE for roots that cannot be read. */
export async function requireRoots(targets: readonly Target[]): Promise<void> {
  const files = new Set(targets.flatMap(({ caFile }) => caFile ?? []));
  if (files.size === 0) return;
  const { trustRoots } = await import('../collectors/tls/trust-roots.ts');
  for (const file of files) await trustRoots(file);
}
