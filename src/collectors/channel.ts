import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { StarttlsProtocol } from '../model/index.ts';
import { Conversation } from '../tls/upgrade/conversation.ts';
import { type Framing, framingOf } from '../tls/upgrade/framing.ts';
import type { Upgrade } from '../tls/upgrade/outcome.ts';
import { nothing, type Preamble } from '../tls/upgrade/preamble.ts';
import type { Passage } from '../tls/upgrade/proxy.ts';
import { requirePassage, requireUpgrade } from './entrance-error.ts';
import { networkFailure } from './network-error.ts';

/** What has to be said on a connection before TLS: to a proxy, and to the server. */
export interface Entrance {
  readonly proxy?: {
    readonly host: string;
    readonly port: number;
    /** For messages. */
    readonly name: string;
    begin(): Preamble<Passage>;
  };
  readonly starttls?: { readonly protocol: StarttlsProtocol; begin(): Preamble<Upgrade> };
}

/** How far a connection came. */
export type Stage = 'proxy' | 'preamble' | 'tls';

/**
 * Says what has to be said before TLS. What is given back carries the bytes of TLS alone, whatever they travel in; it
 * is paused.
 *
 * @param reached told as each stage begins
 * @throws AssayError ERR_PROXY_…, ERR_STARTTLS_… for answers that lead to no TLS
 */
export async function openChannel(
  socket: Socket,
  entrance: Entrance,
  where: string,
  reached: (stage: Stage) => void,
): Promise<Duplex> {
  const upgrade = await askForUpgrade(socket, entrance, where, reached);
  if (upgrade === undefined || entrance.starttls === undefined) {
    reached('tls');
    return socket;
  }
  const { protocol } = entrance.starttls;
  requireUpgrade(upgrade.standing, protocol, where);
  reached('tls');
  if (upgrade.rest.length > 0) socket.unshift(upgrade.rest);
  return protocol === 'tds' ? framed(socket, framingOf(protocol)) : socket;
}

/**
 * Goes as far as the server's answer to whether TLS begins; undefined where it begins at once.
 *
 * @throws AssayError ERR_PROXY_…
 */
export async function askForUpgrade(
  socket: Socket,
  { proxy, starttls }: Entrance,
  where: string,
  reached: (stage: Stage) => void,
): Promise<Conversation<Upgrade> | undefined> {
  let rest: Uint8Array = nothing;
  if (proxy !== undefined) {
    const passage = await hold(socket, proxy.begin(), rest, where);
    requirePassage(passage.standing, proxy.name, where);
    rest = passage.rest;
  }
  reached('preamble');
  if (starttls !== undefined) return hold(socket, starttls.begin(), rest, where);
  if (rest.length > 0) socket.unshift(rest);
  return undefined;
}

/** Has a conversation over a socket, up to its end, and leaves the socket paused. */
function hold<T>(
  socket: Socket,
  preamble: Preamble<T>,
  early: Uint8Array,
  where: string,
): Promise<Conversation<T>> {
  // A connection that fails on the way is told by the socket's own events.
  return new Promise((resolve) => {
    const conversation = new Conversation(preamble);
    const proceed = (chunk: Uint8Array): void => {
      conversation.push(chunk);
      const said = conversation.takeSaid();
      if (said.length > 0) socket.write(said);
      if (conversation.standing.kind === 'talking') return;
      socket.pause();
      socket.off('data', proceed).off('end', cutOff);
      resolve(conversation);
    };
    const cutOff = (): void => void socket.destroy(networkFailure('closed', where));
    socket.on('data', proceed).once('end', cutOff);
    proceed(early);
    if (conversation.standing.kind === 'talking') socket.resume();
  });
}

/** Stands between TLS and a socket on which it does not travel bare. */
function framed(socket: Socket, framing: Framing): Duplex {
  const duplex = new Duplex({
    read: () => void socket.resume(),
    write: (chunk: Uint8Array, _encoding, done) => void socket.write(framing.wrap(chunk), done),
    final: (done) => void socket.end(done),
  });
  duplex.pause();
  socket.on('data', (chunk: Uint8Array) => {
    const bytes = framing.unwrap(chunk);
    if (bytes.length > 0 && !duplex.push(bytes)) socket.pause();
  });
  socket.once('end', () => duplex.push(null));
  socket.once('close', () => duplex.destroy());
  socket.resume();
  return duplex;
}
