import { type Answer, judgeReply, keepablePart, untilAnswered } from './answer.ts';
import type { KeyShare } from './client-hello.ts';
import { type Dialogue, type Reply, say } from './exchange.ts';
import { usualKeyShares, wellKnownKeyShare } from './key-shares.ts';
import {
  fullHello,
  type HelloOptions,
  type HelloPurpose,
  type Offer,
  smallHello,
  ssl2Hello,
} from './offers.ts';
import type { ProtocolVersion } from './registry.ts';

/**
 * Why a hello is sent: `full` asks for the version with all that it can carry, `small` asks again in 255 bytes,
 * `retried` sends the key that a HelloRetryRequest named, `repeated` asks again between two `control` hellos, TLS 1.3
 * with keys.
 */
export type Purpose = 'full' | 'small' | 'retried' | 'repeated' | 'control before' | 'control after';

/** One connection to make: a hello, and what comes back. Its label is `<version> <purpose>`. */
export interface Probe extends Dialogue<Reply> {
  readonly version: ProtocolVersion;
  readonly purpose: Purpose;
  readonly hello: Uint8Array;
}

/** What is known of a version in the end: an alert has become a refusal, or no answer. */
export type FinalAnswer = Exclude<Answer, { kind: 'alert' }>;
export type Answers = ReadonlyMap<ProtocolVersion, FinalAnswer>;

type Asking<T> = Generator<readonly Probe[], T, readonly unknown[]>;
type Size = 'full' | 'small';
/** What a version answered, and to which hello. */
interface Standing {
  readonly answer: Answer;
  readonly size: Size;
}
type Standings = Map<ProtocolVersion, Standing>;
interface Question extends Probe {
  readonly offer: Offer;
}

const firstVersions = ['TLSv1.3', 'TLSv1.2', 'TLSv1.1', 'TLSv1.0'] as const;
const recordVersions = [...firstVersions, 'SSLv3'] as const;
const newestFirst = [...recordVersions, 'SSLv2'] as const;

/**
 * Asks an endpoint for each protocol version with a ClientHello of its own. Sans-IO: yields rounds of hellos, which
 * may run at the same time, and is fed the replies in the same order; the same replies give the same answers.
 */
export function* probeVersions(options: HelloOptions): Asking<Answers> {
  const standings: Standings = new Map();
  yield* askFull(firstVersions, options, standings);
  if (allSilent(standings, 'unreachable')) return settled(standings);
  // Only where nothing was read in time are small hellos sent this early: silence then costs two rounds, not three.
  const early = allSilent(standings, 'timed-out') ? (['TLSv1.2', 'TLSv1.0'] as const) : [];
  yield* askFull(['SSLv3', 'SSLv2'], options, standings, early);
  if (allSilent(standings, 'timed-out')) return settled(standings);
  const open = recordVersions.filter((version) => mayBeShort(standings.get(version), standings));
  yield* askSmall(open, options, standings);
  const justAccepted = yield* retryHello(options, standings);
  yield* confirmRefusals(options, standings, justAccepted);
  return settled(standings);
}

function* askFull(
  versions: readonly ProtocolVersion[],
  options: HelloOptions,
  standings: Standings,
  smallVersions: readonly ProtocolVersion[] = [],
): Asking<void> {
  const full = versions.map((version) => question(version, 'full', 'full', options));
  const small = smallVersions.map((version) => question(version, 'small', 'small', options));
  const answers = yield* ask([...full, ...small]);
  versions.forEach((version, index) => {
    const answer = answers[index];
    if (answer !== undefined) standings.set(version, { answer, size: 'full' });
  });
  noteSmall(smallVersions, answers.slice(versions.length), standings);
}

function* askSmall(
  versions: readonly ProtocolVersion[],
  options: HelloOptions,
  standings: Standings,
): Asking<void> {
  const answers = yield* ask(versions.map((version) => question(version, 'small', 'small', options)));
  noteSmall(versions, answers, standings);
}

/** A small hello shows acceptance; of refusals only protocol_version, as it offers too little for the others. */
function noteSmall(
  versions: readonly ProtocolVersion[],
  answers: readonly Answer[],
  standings: Standings,
): void {
  versions.forEach((version, index) => {
    const answer = answers[index];
    if (answer?.kind === 'accepted' || (answer?.kind === 'refused' && answer.by === 'protocol_version')) {
      standings.set(version, { answer, size: 'small' });
    }
  });
}

/**
 * A server that asks again for the key it was just sent does not speak TLS 1.3 (RFC 8446 §4.2.8).
 *
 * @returns whether the hello with the key was accepted, which shows as well that the server still answers
 */
function* retryHello(options: HelloOptions, standings: Standings): Asking<boolean> {
  const standing = standings.get('TLSv1.3');
  if (standing?.answer.kind !== 'accepted' || standing.answer.retryGroup === undefined) return false;
  const keyShare = wellKnownKeyShare(standing.answer.retryGroup);
  if (keyShare === undefined) return false;
  const again = question('TLSv1.3', standing.size, 'retried', options, [keyShare]);
  const [answer] = yield* ask([again]);
  if (answer?.kind !== 'accepted') return false;
  if (answer.retryGroup === undefined) return true;
  standings.set('TLSv1.3', { ...standing, answer: retriedInVain });
  return false;
}

const retriedInVain: Answer = {
  kind: 'none',
  silence: 'indefinite',
  why: 'answered with a HelloRetryRequest to the very key it had asked for',
};

/** A server may speak TLS 1.3 and know no HelloRetryRequest: it refuses hellos without a key, so this one has some. */
function repeated(version: ProtocolVersion, options: HelloOptions): Question {
  return question(version, 'full', 'repeated', options, version === 'TLSv1.3' ? usualKeyShares : []);
}

function asksForSent(answer: Answer): boolean {
  return answer.kind === 'accepted' && usualKeyShares.some(({ group }) => group === answer.retryGroup);
}

/** An alert, a close or a reset refuses a version only if it comes again with hellos accepted just before and after. */
function* confirmRefusals(options: HelloOptions, standings: Standings, justAccepted: boolean): Asking<void> {
  const control = newestFirst.find((version) => standings.get(version)?.answer.kind === 'accepted');
  const accepted = control === undefined ? undefined : standings.get(control);
  if (control === undefined || accepted === undefined) return;
  const doubtful = newestFirst.filter((version) => mayBeRefused(version, standings, accepted));
  if (doubtful.length === 0) return;
  const steady = (purpose: Purpose): Asking<boolean> =>
    isAccepted(question(control, accepted.size, purpose, options));
  if (!justAccepted && !(yield* steady('control before'))) return;
  const answers = yield* ask(doubtful.map((version) => repeated(version, options)));
  const after = yield* steady('control after');
  doubtful.forEach((version, index) => {
    const given = answers[index];
    if (given === undefined) return;
    const answer = asksForSent(given) ? retriedInVain : given;
    const how = refusalInWords(answer);
    if (how === undefined) standings.set(version, { answer, size: 'full' });
    else if (after) standings.set(version, { answer: refusedBy(how), size: 'full' });
  });
}

/**
 * A server of pre-shared keys refuses everyone who holds none in TLS 1.3, whose hello cannot show that. One that
 * accepts small hellos only may have ended the connection because of the length.
 */
function mayBeRefused(version: ProtocolVersion, standings: Standings, { answer, size }: Standing): boolean {
  const own = standings.get(version)?.answer;
  if (own === undefined || refusalInWords(own) === undefined) return false;
  if (own.kind === 'none') return size === 'full';
  return !(version === 'TLSv1.3' && answer.kind === 'accepted' && answer.suite.includes('PSK'));
}

/** What may be a refusal, in words; silence never is. */
function refusalInWords(answer: Answer): string | undefined {
  if (answer.kind === 'alert') return `alert ${answer.name}`;
  const abrupt = answer.kind === 'none' && (answer.silence === 'closed' || answer.silence === 'reset');
  return abrupt ? answer.why : undefined;
}

function refusedBy(what: string): Answer {
  const how = `${what} to a hello that offered everything, twice, with hellos accepted before and after`;
  return { kind: 'refused', by: 'confirmed', how };
}

function* isAccepted(control: Question): Asking<boolean> {
  const [answer] = yield* ask([control]);
  return answer?.kind === 'accepted';
}

function* ask(questions: readonly Question[]): Asking<readonly Answer[]> {
  if (questions.length === 0) return [];
  const replies = (yield questions) as readonly Reply[];
  return questions.map(({ version, offer }, index) => {
    const reply = replies[index] ?? { received: new Uint8Array(), ended: 'unreachable' };
    return judgeReply(version, offer, reply);
  });
}

function question(
  version: ProtocolVersion,
  size: Size,
  purpose: Purpose,
  options: HelloOptions,
  keyShares: readonly KeyShare[] = [],
): Question {
  const label = `${version} ${purpose}`;
  const offer = offerOf(version, size, options, { label, keyShares });
  const step = () => ({
    send: offer.bytes,
    until: untilAnswered(version),
    keep: (received: Uint8Array) => keepablePart(version, received),
  });
  return { label, version, purpose, offer, hello: offer.bytes, talk: () => say(step()) };
}

function offerOf(version: ProtocolVersion, size: Size, options: HelloOptions, purpose: HelloPurpose): Offer {
  if (version === 'SSLv2') return ssl2Hello(options, purpose);
  return size === 'full' ? fullHello(version, options, purpose) : smallHello(version, options, purpose);
}

/**
 * Whether a small hello may show more: the full one got no answer, or an alert where the length may be what the server
 * would not have, as it accepted no other full one.
 */
function mayBeShort(standing: Standing | undefined, standings: Standings): boolean {
  const readsFull = [...standings.values()].some(({ answer }) => answer.kind === 'accepted');
  return standing?.answer.kind === 'none' || (standing?.answer.kind === 'alert' && !readsFull);
}

function allSilent(standings: Standings, silence: 'unreachable' | 'timed-out'): boolean {
  return [...standings.values()].every(({ answer }) => answer.kind === 'none' && answer.silence === silence);
}

function settled(standings: Standings): Answers {
  return new Map(
    [...standings].map(([version, { answer }]) => {
      if (answer.kind !== 'alert') return [version, answer];
      const why = `answered with alert ${answer.name}, which by itself does not refuse the version`;
      return [version, { kind: 'none', silence: 'indefinite', why }];
    }),
  );
}
