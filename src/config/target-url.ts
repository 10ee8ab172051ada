import {
  AssayError,
  type StarttlsProtocol,
  starttlsPorts,
  starttlsProtocols,
  type TargetKind,
} from '../model/index.ts';
import { parseHost } from './host.ts';
import { dnsPort, parseResolver, parseZone, type Resolver } from './resolver.ts';
import { didYouMean } from './suggest.ts';

type TlsScheme = 'https' | 'tls' | `starttls+${StarttlsProtocol}`;
type Scheme = TlsScheme | 'postgres' | 'dns';

/** A target URL taken apart; nothing of it is interpreted beyond RFC 3986 and, for PostgreSQL, libpq's form. */
export interface TargetUrl {
  readonly scheme: Scheme;
  readonly kind: TargetKind;
  /** Canonical host name, address without brackets, or absolute path of a socket folder. */
  readonly host: string;
  readonly port: number;
  readonly user?: string;
  readonly database?: string;
  readonly sslmode?: string;
  readonly sslrootcert?: string;
  readonly resolver?: Resolver;
}

const schemes: Readonly<Record<string, Scheme>> = {
  https: 'https',
  tls: 'tls',
  postgres: 'postgres',
  postgresql: 'postgres',
  ...Object.fromEntries(starttlsProtocols.map((name) => [`starttls+${name}`, `starttls+${name}` as const])),
  dns: 'dns',
};
const queryKeys = ['sslmode', 'host', 'port', 'user', 'dbname', 'sslrootcert'] as const;
type Query = Readonly<Partial<Record<(typeof queryKeys)[number], string>>>;

const forms =
  'https://host[:port], tls://host[:port], starttls+smtp://host[:port] (or another protocol), postgres://user@host/database?sslmode=… or postgres:///database?host=<socket folder>, dns://[resolver[:port]/]zone';

function refusal(expected: string, got: string): AssayError {
  return new AssayError('ERR_TARGET', `expected ${expected}, got ${got}`, { remedy: `targets are ${forms}` });
}

function unknownProtocol(expected: string, got: string): AssayError {
  return new AssayError('ERR_TARGET', `expected ${expected}, got ${got}`, {
    remedy: `starttls+ is known for ${starttlsProtocols.join(', ')}; where TLS begins at once, write tls://host:port`,
  });
}

function literalPassword(): AssayError {
  const remedy =
    'name the secret instead: credentials in assay.yaml (password: env:NAME, file:path or exec:command), or a PGPASSFILE';
  return new AssayError(
    'ERR_LITERAL_SECRET',
    'expected a target URL without a password, got one with a password',
    {
      remedy,
    },
  );
}

/** Messages never repeat what was given, except a scheme, and a bare host as a suggestion. */
function noScheme(text: string): AssayError {
  const meant = /^[a-z0-9.-]+(:\d+)?$/i.test(text) ? `; did you mean "https://${text}"?` : '';
  return refusal(
    'a target URL with a scheme (https, tls, starttls+<protocol>, postgres, dns)',
    `one without${meant}`,
  );
}

function decode(text: string): string {
  try {
    const decoded = decodeURIComponent(text);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
    if (!/[\u0000-\u001f\u007f]/.test(decoded)) return decoded;
  } catch {
    // Falls through to the one refusal of everything that is no percent-encoded text.
  }
  throw refusal('percent-encoded text (%40 for @)', 'something else');
}

export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw refusal('a port from 1 to 65535', 'something else');
  return port;
}

/** The authority of a URL taken apart, and what follows it. */
interface Parts {
  readonly user: string | undefined;
  readonly host: string;
  readonly port: string | undefined;
  readonly path: string;
  readonly query: string | undefined;
}

/** RFC 3986 §3.2: everything up to the last `@` of the authority is user information. */
export function splitParts(rest: string): Parts {
  const [, authority = '', path = '', query, fragment] =
    /^([^/?#]*)([^?#]*)(?:\?([^#]*))?(#.*)?$/s.exec(rest) ?? [];
  const at = authority.lastIndexOf('@');
  const user = at === -1 ? undefined : authority.slice(0, at);
  if (user?.includes(':')) throw literalPassword();
  const hostPort = authority.slice(at + 1);
  // `user:pass/word@host`: what follows the colon is no port but a password with reserved characters.
  if (/:(?!\d{1,5}$)[^\]]*$/.test(hostPort) && rest.slice(authority.length).includes('@'))
    throw literalPassword();
  if (fragment !== undefined) throw refusal('a target URL', 'one with a fragment (#…)');
  if (/^[^[]*:.*:/.test(hostPort))
    throw refusal('an IPv6 address in brackets, and one port', 'several colons');
  const [, host = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/s.exec(hostPort) ?? [];
  if (host === '' && hostPort !== '') throw refusal('a host before the port', 'none');
  return { user, host, port, path, query };
}

function parseQuery(query: string | undefined): Query {
  const values: Record<string, string> = {};
  for (const pair of (query ?? '').split('&').filter((text) => text !== '')) {
    const [name = '', ...rest] = pair.split('=');
    if (/^(ssl)?pass(word|file)?$/i.test(name)) throw literalPassword();
    if (!queryKeys.some((known) => known === name)) throw unknownParameter(name);
    if (name in values) throw refusal(`"${name}" once in the query`, 'it twice');
    values[name] = decode(rest.join('='));
  }
  return values;
}

function unknownParameter(name: string): AssayError {
  const meant = didYouMean(name, queryKeys);
  const got = /^[a-z_]{1,30}$/.test(name) ? `"${name}"` : 'another';
  return refusal(`a query of ${queryKeys.join(', ')}`, `${got}${meant}`);
}

function parseTlsUrl(scheme: TlsScheme, parts: Parts): TargetUrl {
  if (parts.user !== undefined) throw refusal(`${scheme}://host[:port]`, 'a URL with a user');
  if (parts.path !== '' && parts.path !== '/') throw refusal(`${scheme}://host[:port]`, 'a URL with a path');
  if (parts.query !== undefined) throw refusal(`${scheme}://host[:port]`, 'a URL with a query');
  return {
    scheme,
    kind: 'tls-endpoint',
    host: parseHost(parts.host),
    port: parsePort(parts.port ?? String(plainPort(scheme) ?? 443)),
  };
}

/** The port of the plain service in front of TLS. */
function plainPort(scheme: TlsScheme): number | undefined {
  const protocol = starttlsProtocols.find((name) => scheme === `starttls+${name}`);
  return protocol && starttlsPorts[protocol];
}

/** RFC 4501 `dns://resolver[:port]/zone`; without a path, the authority is the zone. */
function parseDnsUrl({ user, host, port, path, query }: Parts): TargetUrl {
  if (user !== undefined || query !== undefined)
    throw refusal('dns://[resolver[:port]/]zone', 'a URL with a user or a query');
  const zone = path.slice(1);
  if (zone === '' && port !== undefined) throw refusal('a port only for a resolver', 'one for a zone');
  const named = { scheme: 'dns', kind: 'dns-zone', port: dnsPort } as const;
  if (zone === '') return { ...named, host: parseZone(host) };
  const resolver =
    host === '' ? {} : { resolver: parseResolver(port === undefined ? host : `${host}:${port}`) };
  return { ...named, host: parseZone(zone), ...resolver };
}

/** Of two places where a value may stand, the one that was used. */
function oneOf(name: string, first: string | undefined, second: string | undefined): string | undefined {
  if (first !== undefined && second !== undefined)
    throw refusal(`${name} once`, 'it in the URL and in its query');
  const value = first ?? second;
  if (value === '') throw refusal(`a ${name}`, 'an empty one');
  return value;
}

/** libpq: a host that begins with a slash is the folder of a unix socket. */
function parsePostgresHost(host: string | undefined): string {
  if (host === undefined) throw refusal('a host, or ?host=<socket folder>', 'neither');
  if (!host.startsWith('/'))
    return parseHost(host.includes(':') && !host.startsWith('[') ? `[${host}]` : host);
  return host.length > 1 ? host.replace(/\/+$/, '') || '/' : host;
}

function parsePostgresUrl(parts: Parts): TargetUrl {
  const query = parseQuery(parts.query);
  const inAuthority = parts.host === '' ? undefined : decodeSocketFolder(parts.host);
  const host = parsePostgresHost(oneOf('host', inAuthority, query.host));
  const path = parts.path.slice(1);
  if (path.includes('/')) throw refusal('one database name after the host', 'a path');
  const user = oneOf('user', parts.user === undefined ? undefined : decode(parts.user), query.user);
  const database = oneOf('database', path === '' ? undefined : decode(path), query.dbname);
  const sslrootcert = oneOf('sslrootcert', query.sslrootcert, undefined);
  return {
    scheme: 'postgres',
    kind: 'postgres-server',
    host,
    port: parsePort(oneOf('port', parts.port, query.port) ?? '5432'),
    ...(user === undefined ? {} : { user }),
    ...(database === undefined ? {} : { database }),
    ...(query.sslmode === undefined ? {} : { sslmode: query.sslmode }),
    ...(sslrootcert === undefined ? {} : { sslrootcert }),
  };
}

function decodeSocketFolder(host: string): string {
  return /^%2f/i.test(host) ? decode(host) : host;
}

/**
 * Takes a target URL apart: `https://host[:port]`, `tls://host[:port]`, `starttls+smtp://host[:port]`, libpq's URIs
 * (`postgres://user@host:port/database?sslmode=…`, `postgres:///database?host=<socket folder>`), and DNS zones
 * (`dns://zone`, `dns://resolver[:port]/zone`, RFC 4501).
 *
 * @throws AssayError ERR_TARGET; ERR_LITERAL_SECRET for a URL with a password. Neither repeats the URL.
 */
export function parseTargetUrl(text: string): TargetUrl {
  const [, written, rest] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(text) ?? [];
  if (written === undefined || rest === undefined) throw noScheme(text);
  const parts = splitParts(rest);
  const scheme = schemes[written.toLowerCase()];
  if (scheme === undefined) {
    const upgraded = `starttls+${written.toLowerCase()}`;
    const meant =
      upgraded in schemes ? `; did you mean "${upgraded}"?` : didYouMean(written, Object.keys(schemes));
    const expected = 'the scheme https, tls, starttls+<protocol>, postgres or dns';
    const got = `"${written.slice(0, 30)}"${meant}`;
    throw /^starttls\b/i.test(written) ? unknownProtocol(expected, got) : refusal(expected, got);
  }
  switch (scheme) {
    case 'postgres':
      return parsePostgresUrl(parts);
    case 'dns':
      return parseDnsUrl(parts);
    default:
      return parseTlsUrl(scheme, parts);
  }
}
