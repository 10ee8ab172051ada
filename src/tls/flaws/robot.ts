import { Buffer } from 'node:buffer';
import { constants, type KeyObject, publicEncrypt } from 'node:crypto';
import { AssayError } from '../../model/index.ts';
import { readCertificate } from '../../x509/certificate.ts';
import { alertName } from '../alert-name.ts';
import {
  type Dialogue,
  inParallel,
  type Probing,
  type RandomSource,
  say,
  type Talk,
  together,
} from '../exchange.ts';
import { contentType, handshakeType, type RecordVersion } from '../registry.ts';
import { type Padding, paddedSecret, paddings } from './pkcs1-variants.ts';
import { keptReaction, plainRecord, reactionIn, untilReaction } from './records.ts';
import { openTransport, probeTransport, type TransportHellos } from './rsa-transport.ts';
import { absent, type FlawVerdict, present, unknown, worstOf } from './verdict.ts';

export interface Oracle extends TransportHellos {
  readonly random: RandomSource;
}

/** `whole`: what follows the secret is sent as well. `short`: the secret alone, to which a good server says nothing. */
const flows = ['whole', 'short'] as const;
type Flow = (typeof flows)[number];

/**
 * How often a difference has to come alike. With the secret alone silence is an answer, and a server that gives up on
 * its own may do so a moment before or after us.
 */
const turns: Readonly<Record<Flow, number>> = { whole: 2, short: 3 };

/**
 * Bleichenbacher's oracle (ROBOT, CVE-2017-13099 and its kin): five premaster secrets, one padded right and four each
 * wrong in another way, followed by a Finished that cannot be right, or by nothing. A server that reacts to one otherwise
 * than to the rest, and again alike, tells whether padding is right. Differences in time alone are not looked for.
 */
export function* probeRobot(oracle: Oracle): Probing<FlawVerdict> {
  const transport = yield* probeTransport(oracle);
  if (transport.kind === 'unknown') return transport;
  if (transport.kind === 'refused') return { kind: 'impossible', how: transport.how };
  const verdicts = yield* together(flows.map((flow) => compare(oracle, flow)));
  return worstOf(
    verdicts.map((verdict, index) => [
      flows[index] === 'short' ? 'the secret alone' : 'the secret and a Finished',
      verdict,
    ]),
    [],
  );
}

/** A server that has just sent its flight answers a secret well within this. */
const silenceMs = 2_000;

/** The secret alone is sent again only where reactions differed, as silence is waited for. */
function* compare(oracle: Oracle, flow: Flow): Probing<FlawVerdict> {
  const rounds: (readonly Reacted[])[] = [];
  for (let turn = 1; turn <= turns[flow]; turn++) {
    const reactions = yield* inParallel(paddings.map((padding) => attempt(oracle, { padding, flow, turn })));
    rounds.push(reactions);
    const failed = reactions.find(({ kind }) => kind === 'unknown');
    if (failed?.kind === 'unknown') return unknown(failed.why);
    if (flow === 'short' && new Set(reactions.map(wordsOf)).size === 1) break;
  }
  return judge(
    flow,
    rounds.map((reactions) => reactions.map(wordsOf)),
  );
}

function judge(flow: Flow, rounds: readonly (readonly string[])[]): FlawVerdict {
  const [once = []] = rounds;
  if (rounds.some((round) => round.join() !== once.join()))
    return unknown('the reactions to the same secrets were not always the same');
  const kinds = new Set(once);
  if (flow === 'whole' && kinds.size === 1 && kinds.has('timed-out'))
    return unknown('no secret was answered in time');
  const told = paddings.map((padding, index) => `${padding}: ${once[index]}`).join('; ');
  return kinds.size === 1
    ? absent(`the same reaction to every padding: ${[...kinds].join()}`)
    : present(`reactions differ by padding (${told})`);
}

type Reacted =
  | { readonly kind: 'reacted'; readonly words: string }
  | { readonly kind: 'unknown'; readonly why: string };

function wordsOf(reacted: Reacted): string {
  return reacted.kind === 'reacted' ? reacted.words : reacted.why;
}

interface Attempt {
  readonly padding: Padding;
  readonly flow: Flow;
  readonly turn: number;
}

function attempt(oracle: Oracle, attempted: Attempt): Dialogue<Reacted> {
  const { padding, flow, turn } = attempted;
  const alone = flow === 'short' ? ' alone' : '';
  const label = `${oracle.version} premaster secret${alone}, ${padding}, ${turn}`;
  return { label, talk: () => talk(oracle, attempted, label) };
}

function* talk(oracle: Oracle, { padding, flow }: Attempt, label: string): Talk<Reacted> {
  const { version, random } = oracle;
  const opening = yield* openTransport(oracle, label);
  if (opening.kind === 'refused')
    return { kind: 'unknown', why: `the hello was refused with alert ${opening.alert}` };
  if (opening.kind === 'unknown') return opening;
  const key = rsaKey(opening.certificates[0]);
  const length = (key?.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
  if (key === undefined || !Number.isInteger(length) || length < 64)
    return { kind: 'unknown', why: 'the certificate has no RSA key that can be used' };
  const block = paddedSecret(padding, version, random(`${label} padding`, length));
  const encrypted = publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, block);
  const { received, ended } = yield* say({
    send: secondFlight(version, encrypted, flow === 'short' ? undefined : random(`${label} finished`, 64)),
    until: untilReaction(),
    keep: keptReaction,
    ...(flow === 'short' ? { silenceMs } : {}),
  });
  const reaction = reactionIn(received);
  switch (reaction.kind) {
    case 'alert':
      return { kind: 'reacted', words: `alert ${alertName(reaction.description)}` };
    case 'record':
      return { kind: 'reacted', words: `a record of type ${reaction.type}` };
    case 'nothing':
      return ended === 'closed' || ended === 'reset' || ended === 'timed-out'
        ? { kind: 'reacted', words: ended }
        : { kind: 'unknown', why: 'no connection' };
  }
}

/** ClientKeyExchange; and unless it goes alone ChangeCipherSpec, and a record that no key opens in a Finished's place. */
function secondFlight(
  version: RecordVersion,
  encrypted: Uint8Array,
  junk: Uint8Array | undefined,
): Uint8Array {
  // SSLv3 sends the secret without a length of its own (RFC 6101 §5.6.7.1).
  const length = version === 'SSLv3' ? [] : [encrypted.length >> 8, encrypted.length & 255];
  const body = [...length, ...encrypted];
  const header = [handshakeType.clientKeyExchange, 0, body.length >> 8, body.length & 255];
  const exchange = plainRecord(contentType.handshake, version, [...header, ...body]);
  if (junk === undefined) return exchange;
  return Buffer.concat([
    exchange,
    plainRecord(contentType.changeCipherSpec, version, [1]),
    plainRecord(contentType.handshake, version, junk),
  ]);
}

function rsaKey(der: Uint8Array | undefined): KeyObject | undefined {
  if (der === undefined) return undefined;
  try {
    const { key } = readCertificate(der);
    return key.type === 'rsa' ? key.object : undefined;
  } catch (error) {
    if (error instanceof AssayError) return undefined;
    throw error;
  }
}
