import { sha256 } from '../engine/identity.ts';
import {
  AssayError,
  type DataStore,
  type DefaultPasswords,
  type DnsZone,
  type HttpSide,
  type LogSource,
  type PostgresConnection,
  type ProxyServer,
  type SecretReference,
  type Target,
  type TlsPolicy,
} from '../model/index.ts';
import { canonicalAddress, parseHost } from './host.ts';
import type { Resolver } from './resolver.ts';
import { parseTargetUrl, type TargetUrl } from './target-url.ts';

/** What is said of a target beside its URL. */
export interface TargetOptions {
  readonly id?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly owner?: string | undefined;
  readonly optional?: boolean | undefined;
  /** Addresses to use in place of name resolution; `first`: the first that it gives. */
  readonly addresses?: readonly string[] | 'first' | undefined;
  readonly serverName?: string | undefined;
  readonly proxy?: ProxyServer | undefined;
  readonly caFile?: string | undefined;
  readonly tls?: TlsPolicy | undefined;
  readonly user?: string | undefined;
  readonly password?: SecretReference | undefined;
  /** Passwords that roles of a PostgreSQL server must not have. */
  readonly defaultPasswords?: readonly DefaultPasswords[] | undefined;
  /** The log of a PostgreSQL server. */
  readonly log?: LogSource | undefined;
  readonly resolver?: Resolver | undefined;
  /** What is said of a zone. */
  readonly dns?: Omit<DnsZone, 'resolver'> | undefined;
  /** What is said of the data in a database. */
  readonly data?: DataStore | undefined;
  /** Paths that an https target is asked for. */
  readonly paths?: readonly string[] | undefined;
  /** Where plain HTTP is asked beside an https target. */
  readonly httpPort?: number | undefined;
}

const policyOf: Readonly<Record<string, TlsPolicy>> = {
  disable: 'plaintext',
  require: 'unverified',
  'verify-ca': 'verified-ca',
  'verify-full': 'verified',
};

function refusal(expected: string, got: string, remedy: string): AssayError {
  return new AssayError('ERR_TARGET', `expected ${expected}, got ${got}`, { remedy });
}

function parseSslmode(sslmode: string): TlsPolicy {
  const policy = policyOf[sslmode];
  if (policy !== undefined) return policy;
  const known = Object.keys(policyOf).join(', ');
  if (sslmode === 'allow' || sslmode === 'prefer') {
    const why = 'the server would decide whether the password travels in the clear';
    throw refusal(
      `sslmode to be one of ${known}`,
      `"${sslmode}"`,
      `name what must hold: with ${sslmode}, ${why}`,
    );
  }
  throw refusal(
    `sslmode to be one of ${known}`,
    'another',
    'use the names of libpq; without sslmode it is verify-full',
  );
}

/** Of a value given in the URL and beside it, the one that was given. */
function either<T>(what: string, inUrl: T | undefined, beside: T | undefined): T | undefined {
  if (inUrl !== undefined && beside !== undefined)
    throw refusal(`${what} once`, 'it in the URL and beside it', 'leave one of the two out');
  return inUrl ?? beside;
}

/**
 * Scheme, canonical host and explicit port; for PostgreSQL without user and database, for a zone its name alone: whoever
 * is asked, it is the same zone. Parses to itself.
 */
function locatorOf({ scheme, host, port }: TargetUrl): string {
  if (scheme === 'dns') return `dns://${host}`;
  if (host.startsWith('/')) return `${scheme}://${encodeURIComponent(host)}:${port}`;
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function addressesOf(url: TargetUrl, given: TargetOptions['addresses']): readonly string[] {
  if (given === undefined || given.length === 0) return [];
  if (url.scheme === 'dns' || url.host.startsWith('/') || canonicalAddress(url.host) !== undefined)
    throw refusal(
      'addresses only for a host name',
      'them for an address, a socket folder or a zone',
      'leave them out',
    );
  if (given === 'first') return [];
  return given.map((text) => {
    const address = canonicalAddress(text);
    if (address !== undefined) return address;
    throw refusal('an IPv4 or IPv6 address', 'something else', 'write addresses without brackets and ports');
  });
}

function postgresOf(url: TargetUrl, options: TargetOptions): PostgresConnection {
  const inUrl = url.sslmode === undefined ? undefined : parseSslmode(url.sslmode);
  const tls = either('the TLS policy', inUrl, options.tls) ?? 'verified';
  const user = either('the user', url.user, options.user);
  return {
    ...(user === undefined ? {} : { user }),
    ...(url.database === undefined ? {} : { database: url.database }),
    tls,
    tlsGiven: tls !== 'verified',
    ...(options.password === undefined ? {} : { password: options.password }),
    ...(options.defaultPasswords === undefined ? {} : { defaultPasswords: options.defaultPasswords }),
    ...(options.log === undefined ? {} : { log: options.log }),
  };
}

function refusePostgresOptions({ scheme }: TargetUrl, options: TargetOptions): void {
  const { tls, user, password, log, defaultPasswords } = options;
  if (log !== undefined) throw refusal('log only for postgres targets', 'it for another', 'leave it out');
  if (defaultPasswords !== undefined)
    throw refusal('default-passwords only for postgres targets', 'them for another', 'leave them out');
  if (tls === undefined && user === undefined && password === undefined) return;
  const what = scheme === 'dns' ? 'a zone' : 'a TLS endpoint';
  const remedy = `${what} is looked at without logging in; leave tls and credentials out`;
  throw refusal('tls and credentials only for postgres targets', `them for ${what}`, remedy);
}

function refuseData({ data }: TargetOptions): void {
  if (data === undefined) return;
  throw refusal('data only for postgres targets', 'it for another', 'leave data out');
}

function refuseDnsOptions({ resolver, dns }: TargetOptions): void {
  if (resolver === undefined && dns === undefined) return;
  throw refusal('resolver and dns only for dns targets', 'them for another', 'leave resolver and dns out');
}

function zoneOf(url: TargetUrl, options: TargetOptions): DnsZone {
  const resolver = either('the resolver', url.resolver, options.resolver);
  const { mail, issuers, selectors = [], names = [] } = options.dns ?? {};
  return {
    ...(resolver === undefined ? {} : { resolver }),
    ...(mail === undefined ? {} : { mail }),
    ...(issuers === undefined ? {} : { issuers }),
    selectors,
    names: [...new Set(names.map((name) => inFull(name, url.host)))],
  };
}

function inFull(name: string, zone: string): string {
  const plain = name.replace(/\.$/, '');
  if (plain === zone || plain.endsWith(`.${zone}`)) return plain;
  if (plain === name) return `${name}.${zone}`;
  throw refusal(
    `names in ${zone}`,
    'one that ends elsewhere',
    'name a zone of its own as a target of its own',
  );
}

function httpOf({ port }: TargetUrl, { paths = ['/'], httpPort }: TargetOptions): HttpSide {
  const clearPort = httpPort ?? (port === 443 ? 80 : undefined);
  return { paths: paths.map(parsePath), ...(clearPort === undefined ? {} : { clearPort }) };
}

const longestPath = 1000;

/** As it is sent: a path that a client would write in another way would not be the one that was declared. */
function parsePath(path: string): string {
  const isPath = /^\/(?!\/)[!-~]*$/.test(path) && path.length <= longestPath;
  if (isPath && !/[?#;]/.test(path) && new URL(path, 'https://host.invalid').pathname === path) return path;
  throw refusal(
    'a path as it is sent ("/", "/account/login")',
    'something else',
    'begin it with a slash, percent-encode what is no URL character, and leave queries and parameters out',
  );
}

function refuseHttpOptions({ paths, httpPort }: TargetOptions): void {
  if (paths === undefined && httpPort === undefined) return;
  const remedy = 'only an https target is asked over HTTP: write https://host:port, or leave them out';
  throw refusal('paths and http-port only for https targets', 'them for another', remedy);
}

/** What only the look at a TLS endpoint heeds. */
function tlsOptionsOf(url: TargetUrl, { serverName, proxy }: TargetOptions): Partial<Target> {
  if (serverName === undefined && proxy === undefined) return {};
  if (url.kind !== 'tls-endpoint')
    throw refusal(
      'server-name and proxy only for TLS endpoints',
      'one for another target',
      'leave it out; to look at the TLS of the server alone, name it as starttls+postgres://host',
    );
  return {
    ...(serverName === undefined ? {} : { serverName: nameOf(serverName) }),
    ...(proxy === undefined ? {} : { proxy }),
  };
}

/** SNI has names only (RFC 6066 §3). */
function nameOf(serverName: string): string {
  const name = parseHost(serverName);
  if (canonicalAddress(name) === undefined) return name;
  throw refusal(
    'server-name to be a host name',
    'an address',
    'leave it out: without it the host is asked for',
  );
}

/**
 * A target from its URL and what is said beside it.
 *
 * @throws AssayError ERR_TARGET, ERR_LITERAL_SECRET (a password in the URL); the URL is never repeated.
 */
export function parseTarget(text: string, options: TargetOptions = {}): Target {
  const url = parseTargetUrl(text);
  const locator = locatorOf(url);
  if (url.scheme !== 'postgres') refusePostgresOptions(url, options);
  if (url.scheme !== 'postgres') refuseData(options);
  if (url.scheme !== 'dns') refuseDnsOptions(options);
  if (url.scheme !== 'https') refuseHttpOptions(options);
  const caFile = either('the CA file', url.sslrootcert, options.caFile);
  return {
    id: options.id ?? `${url.kind}-${sha256(locator).slice(0, 16)}`,
    named: options.id !== undefined,
    kind: url.kind,
    locator,
    host: url.host,
    port: url.port,
    addresses: addressesOf(url, options.addresses),
    ...(options.addresses === 'first' ? { addressChoice: options.addresses } : {}),
    ...tlsOptionsOf(url, options),
    tags: options.tags ?? [],
    ...(options.owner === undefined ? {} : { owner: options.owner }),
    optional: options.optional ?? false,
    ...(caFile === undefined ? {} : { caFile }),
    ...(url.scheme === 'postgres' ? { postgres: postgresOf(url, options) } : {}),
    ...(options.data === undefined ? {} : { data: options.data }),
    ...(url.scheme === 'dns' ? { dns: zoneOf(url, options) } : {}),
    ...(url.scheme === 'https' ? { http: httpOf(url, options) } : {}),
  };
}
