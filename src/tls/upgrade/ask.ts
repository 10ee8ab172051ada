import { AssayError, type StarttlsProtocol, starttlsProtocols } from '../../model/index.ts';
import { type Dialogue, inParallel, type Probing, type Talk } from '../exchange.ts';
import type { Upgrades } from '../facts/upgrades.ts';
import type { RecordedDialogue } from '../recorded-dialogue.ts';
import type { Exchanged } from './conversation.ts';
import type { Upgrade } from './outcome.ts';
import type { Preamble } from './preamble.ts';
import { upgradeOf } from './upgrade.ts';

const labelOf = (protocol: StarttlsProtocol): string => `starttls ${protocol}`;

/** The upgrade as one connection of a transcript: a step for each message that was waited for. */
export function recordedUpgrade(
  protocol: StarttlsProtocol,
  exchanged: readonly Exchanged[],
): RecordedDialogue {
  const steps = exchanged.map(({ sent, received, receivedBytes }) => ({
    ...{ sent, received, receivedBytes },
    ended: 'complete' as const,
  }));
  return { label: labelOf(protocol), brief: false, steps };
}

/**
 * The same as an inquiry, to be replayed over what was recorded.
 *
 * @param name whom the server was asked as
 */
export function* askedAgain(protocol: StarttlsProtocol, name: string): Probing<Upgrade> {
  const dialogue: Dialogue<Upgrade> = {
    label: labelOf(protocol),
    talk: () => spoken(upgradeOf(protocol, name)),
  };
  const [upgrade] = yield* inParallel([dialogue]);
  if (upgrade === undefined)
    throw new AssayError('ERR_TLS_REPLAY', 'expected an answer to the upgrade, got none');
  return upgrade;
}

function* spoken<T>(preamble: Preamble<T>): Talk<T> {
  let turn = preamble.next();
  while (!turn.done) {
    const { received } = yield { send: turn.value.say, until: () => true };
    turn = preamble.next(received);
  }
  return turn.value;
}

/** The protocol that a transcript is of; undefined where it has no upgrade. */
export function protocolIn(connections: readonly { readonly label: string }[]): StarttlsProtocol | undefined {
  return starttlsProtocols.find((protocol) => connections.some(({ label }) => label === labelOf(protocol)));
}

/** The fact `tls.upgrades`; undefined where the server did not say whether TLS begins. */
export function upgradesValue(
  protocol: StarttlsProtocol,
  { kind, code, announced }: Upgrade,
): Upgrades | undefined {
  if (kind === 'unavailable') return undefined;
  const { upgrade, logins } = announced;
  return {
    protocol,
    answer: kind,
    code,
    ...(upgrade === undefined ? {} : { announced: upgrade }),
    ...loginOf(logins),
  };
}

function loginOf(logins: readonly string[] | undefined): Partial<Upgrades> {
  if (logins === undefined) return {};
  return logins.length === 0 ? { login: 'none' } : { login: 'offered', logins: logins.join(' ') };
}
