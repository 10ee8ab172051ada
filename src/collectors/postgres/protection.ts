import { isIP } from 'node:net';
import { type ConnectionOptions, checkServerIdentity, TLSSocket } from 'node:tls';
import { AssayError, type Target, type TlsPolicy } from '../../model/index.ts';
import { readCaFile } from '../ca-file.ts';

/** How a session is carried, and what we checked of the other side. */
export type Transport =
  | { readonly kind: 'unix-socket' }
  | { readonly kind: 'plaintext' }
  | {
      readonly kind: 'tls';
      readonly version: string;
      readonly cipher: string;
      readonly certificate: 'chain-and-name' | 'chain' | 'nothing';
    };

const checkedBy = { verified: 'chain-and-name', 'verified-ca': 'chain', unverified: 'nothing' } as const;

const policyOf = (target: Target): TlsPolicy => target.postgres?.tls ?? 'verified';

/**
 * What TLS must be like towards a target; false: none. The name is checked against the target's host even where an
 * address was given to reach it.
 *
 * @throws AssayError ERR_CA_FILE
 */
export async function tlsOptions(target: Target): Promise<ConnectionOptions | false> {
  const policy = policyOf(target);
  if (target.host.startsWith('/') || policy === 'plaintext') return false;
  return {
    ...(target.caFile === undefined ? {} : { ca: (await readCaFile(target.caFile)).pem }),
    ...(isIP(target.host) === 0 ? { servername: target.host } : {}),
    rejectUnauthorized: policy !== 'unverified',
    checkServerIdentity: (_, certificate) =>
      policy === 'verified' ? checkServerIdentity(target.host, certificate) : undefined,
  };
}

/** How the session that runs over `stream` is carried. */
export function transportOf(stream: unknown, target: Target): Transport {
  if (target.host.startsWith('/')) return { kind: 'unix-socket' };
  const policy = policyOf(target);
  if (!(stream instanceof TLSSocket) || policy === 'plaintext') return { kind: 'plaintext' };
  return {
    kind: 'tls',
    version: stream.getProtocol() ?? 'unknown',
    cipher: stream.getCipher()?.standardName ?? 'unknown',
    certificate: checkedBy[policy],
  };
}

/**
 * The last gate before a password in any form leaves: throws ERR_UNPROTECTED_CREDENTIAL unless the channel is what
 * the target asks for. A loopback address is no exemption: who listens there need not be the server.
 */
export function assertProtected(stream: unknown, target: Target): void {
  const policy = policyOf(target);
  if (target.host.startsWith('/') || policy === 'plaintext') return;
  const encrypted = stream instanceof TLSSocket && stream.encrypted;
  if (encrypted && (policy === 'unverified' || stream.authorized)) return;
  throw new AssayError(
    'ERR_UNPROTECTED_CREDENTIAL',
    'expected to answer a password request over TLS that the target asks for, got a weaker channel',
    { remedy: 'turn TLS on in the server, or say in the target that less will do' },
  );
}
