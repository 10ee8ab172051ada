import { AssayError, type ProxyServer, type SecretReference } from '../model/index.ts';
import { parseHost } from './host.ts';
import { parsePort, splitParts } from './target-url.ts';

const schemes = { http: 'http', socks5: 'socks5' } as const;

function refusal(expected: string, got: string): AssayError {
  return new AssayError('ERR_PROXY', `expected ${expected}, got ${got}`, {
    remedy: 'name the proxy as http://host:port (it is asked with CONNECT) or socks5://host:port',
  });
}

/** What is said of a proxy beside its URL. */
export interface ProxyCredentials {
  readonly user?: string | undefined;
  readonly password?: SecretReference | undefined;
}

/**
 * A proxy from its URL: `http://host:port` or `socks5://host:port`, the port always given.
 *
 * @throws AssayError ERR_PROXY, ERR_TARGET; ERR_LITERAL_SECRET for a URL with a password. None repeats the URL.
 */
export function parseProxy(text: string, { user, password }: ProxyCredentials = {}): ProxyServer {
  const [, written = '', rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(text) ?? [];
  const scheme = Object.entries(schemes).find(([name]) => name === written.toLowerCase())?.[1];
  if (scheme === undefined) throw refusal('a proxy of HTTP or SOCKS5', 'another URL');
  const parts = splitParts(rest);
  if (parts.user !== undefined)
    throw refusal('proxy-credentials beside the URL of the proxy', 'a user in it');
  if (parts.path !== '' && parts.path !== '/') throw refusal('host and port of a proxy', 'a URL with a path');
  if (parts.query !== undefined) throw refusal('host and port of a proxy', 'a URL with a query');
  if (parts.port === undefined) throw refusal('the port of the proxy', 'none');
  if ((user === undefined) !== (password === undefined))
    throw refusal('user and password of the proxy, or neither', 'one of them');
  return {
    scheme,
    host: parseHost(parts.host),
    port: parsePort(parts.port),
    ...(user === undefined || password === undefined ? {} : { user, password }),
  };
}
