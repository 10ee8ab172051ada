import { type StarttlsProtocol, type Subject, starttlsProtocolOf, type Target } from '../model/index.ts';
import type { Destination, ProxyLogin } from '../tls/upgrade/proxy.ts';
import type { Entrance } from './channel.ts';
import type { CollectContext } from './collector.ts';
import { resolveSecret } from './credentials.ts';

/**
 * What lies in front of the TLS of a subject: its target's proxy, and the protocol that its URL names.
 *
 * @param name whom the server is asked as
 * @throws AssayError ERR_CREDENTIAL for a password of the proxy that is not to be had
 */
export async function entranceOf(
  target: Target,
  { locator, address = '', port }: Subject,
  name: string,
  context: CollectContext,
): Promise<Entrance> {
  const protocol = starttlsProtocolOf(locator);
  const starttls = protocol && (await starttlsOf(protocol, name));
  const proxy = (await proxyOf(target, context))?.({ address, port });
  return { ...(starttls && { starttls }), ...(proxy && { proxy }) };
}

async function starttlsOf(
  protocol: StarttlsProtocol,
  name: string,
): Promise<NonNullable<Entrance['starttls']>> {
  const { upgradeOf } = await import('../tls/upgrade/upgrade.ts');
  return { protocol, begin: () => upgradeOf(protocol, name) };
}

/**
 * The target's proxy, for each address and port that it is to connect to; undefined where there is none.
 *
 * @throws AssayError ERR_CREDENTIAL for a password that is not to be had
 */
export async function proxyOf(
  { proxy }: Target,
  context: CollectContext,
): Promise<((to: Destination) => NonNullable<Entrance['proxy']>) | undefined> {
  if (proxy === undefined) return undefined;
  const login = await loginOf(proxy, context);
  const connect =
    proxy.scheme === 'http'
      ? (await import('../tls/upgrade/http-connect.ts')).connectByHttp
      : (await import('../tls/upgrade/socks5.ts')).connectBySocks5;
  const { scheme, host, port } = proxy;
  const name = `${scheme} proxy ${host} port ${port}`;
  return (to) => ({ host, port, name, begin: () => connect(to, login) });
}

async function loginOf(
  { user, password }: NonNullable<Target['proxy']>,
  context: CollectContext,
): Promise<ProxyLogin | undefined> {
  if (user === undefined || password === undefined) return undefined;
  return { user, password: await resolveSecret(password, context) };
}
