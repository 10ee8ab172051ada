import type { HandshakeOptions } from '../../tls/handshake/dialogues.ts';
import type { Conversation } from './converse.ts';
import type { TlsSession } from './session.ts';

/**
 * Has an inquiry, and once more with ML-KEM where it says that the server wants that: only then is the package loaded.
 * Connections that were made stand.
 */
export async function withEncapsulation<T extends { readonly wantsEncapsulation: boolean }>(
  { serverName, random }: TlsSession,
  have: (options: HandshakeOptions) => Promise<Conversation<T>>,
): Promise<Conversation<T>> {
  const first = await have({ serverName, random });
  if (!first.value.wantsEncapsulation) return first;
  const { keyEncapsulations } = await import('../../tls/ml-kem.ts');
  return have({ serverName, random, kems: keyEncapsulations });
}
