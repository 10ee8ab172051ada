import { Buffer } from 'node:buffer';
import { constants, type KeyObject, publicEncrypt } from 'node:crypto';
import { AssayError } from '../../model/index.ts';
import { readCertificate } from '../../x509/certificate.ts';
import { alertName } from '../alert-name.ts';
import { type Dialogue, inParallel, type Probing, type RandomSource, say, type Talk } from '../exchange.ts';
import { contentType, handshakeType, type RecordVersion } from '../registry.ts';
import { openFlight } from './opening.ts';
import { type Padding, paddedSecret, paddings } from './pkcs1-variants.ts';
import { keptReaction, plainRecord, reactionIn, untilReaction } from './records.ts';
import { absent, type FlawVerdict, present, unknown } from './verdict.ts';

interface Oracle {
  readonly version: RecordVersion;
  /** A hello that offers RSA key transport alone, with these random bytes. */
  readonly hello: (label: string) => Uint8Array;
  readonly random: RandomSource;
}

/**
 * Bleichenbacher's oracle (ROBOT, CVE-2017-13099 and its kin): five premaster secrets, one padded right and four each
 * wrong in another way, all followed by a Finished that cannot be right. A server that reacts to one otherwise than to
 * the rest, twice alike, tells whether padding is right. Differences in time alone are not looked for.
 */
export function* probeRobot(oracle: Oracle): Probing<FlawVerdict> {
  const first = yield* inParallel(paddings.map((padding) => attempt(oracle, padding, 1)));
  const second = yield* inParallel(paddings.map((padding) => attempt(oracle, padding, 2)));
  const failed = [...first, ...second].find(({ kind }) => kind === 'unknown');
  if (failed?.kind === 'unknown') return unknown(failed.why);
  const [once, again] = [first, second].map((reactions) => reactions.map(wordsOf));
  if (once?.join() !== again?.join())
    return unknown('the reactions to the same secrets were not the same twice');
  const kinds = new Set(once);
  if (kinds.size === 1 && kinds.has('timed-out')) return unknown('no secret was answered in time');
  const told = paddings.map((padding, index) => `${padding}: ${once?.[index]}`).join('; ');
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

function attempt(oracle: Oracle, padding: Padding, time: number): Dialogue<Reacted> {
  const label = `${oracle.version} premaster secret, ${padding}, ${time}`;
  return { label, talk: () => talk(oracle, padding, label) };
}

function* talk({ version, hello, random }: Oracle, padding: Padding, label: string): Talk<Reacted> {
  const opening = yield* openFlight(hello(label));
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
    send: secondFlight(version, encrypted, random(`${label} finished`, 64)),
    until: untilReaction(),
    keep: keptReaction,
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

/** ClientKeyExchange, ChangeCipherSpec, and a record that no key opens in a Finished's place. */
function secondFlight(version: RecordVersion, encrypted: Uint8Array, junk: Uint8Array): Uint8Array {
  // SSLv3 sends the secret without a length of its own (RFC 6101 §5.6.7.1).
  const length = version === 'SSLv3' ? [] : [encrypted.length >> 8, encrypted.length & 255];
  const body = [...length, ...encrypted];
  const header = [handshakeType.clientKeyExchange, 0, body.length >> 8, body.length & 255];
  return Buffer.concat([
    plainRecord(contentType.handshake, version, [...header, ...body]),
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
