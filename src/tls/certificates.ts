import type { Completeness } from '../model/index.ts';
import {
  type Authentication,
  type Credentials,
  credentialsFor,
  isEmpty,
  type Rest,
  restsOf,
  type Used,
  withoutRefused,
  withoutUsed,
} from './authentication.ts';
import { type Dialogue, type Ending, inParallel, type Probing, shared, together } from './exchange.ts';
import type { Versions } from './facts/versions.ts';
import { type CompleteHandshake, isGoneThrough } from './handshake/complete-handshake.ts';
import { dialogue12, type HandshakeOptions, usualDialogue13, wideDialogue13 } from './handshake/dialogues.ts';
import type { Extent } from './handshake/handshake13.ts';
import type { Handshake12 } from './handshake/outcome12.ts';
import type { RecordVersion } from './registry.ts';
import { sentIn12, sentIn13 } from './sent-certificates.ts';
import { type CertificateOutcome, readSentChains, type SentChains } from './sent-chains.ts';

/** The certificates of one endpoint. */
export interface Certificates extends SentChains {
  readonly outcomes: readonly CertificateOutcome[];
  /** Those that went through: what comes after the certificates is in them. */
  readonly handshakes: readonly CompleteHandshake[];
  /** Nothing usual was accepted under TLS 1.3: with ML-KEM at hand it is worth asking again. */
  readonly wantsEncapsulation: boolean;
}

/** One handshake, for what it brought and for what came after. */
interface Made {
  readonly ask: Ask;
  readonly used: Used;
  readonly outcome: CertificateOutcome;
  readonly handshake?: CompleteHandshake;
}

/**
 * Makes the handshakes that show every chain: in every accepted version one for each kind of key; what gets no definite
 * answer is asked once more. The first ones of TLS 1.3 and of the highest version before it are completed, without a client
 * certificate, and closed at once, so that other facts can rest on them.
 */
export function probeCertificates(versions: Versions, options: HandshakeOptions): Probing<Certificates> {
  const label = options.kems === undefined ? 'certificates' : 'certificates with ML-KEM';
  return shared(label, () => makeHandshakes(versions, options));
}

function* makeHandshakes(versions: Versions, options: HandshakeOptions): Probing<Certificates> {
  const { asked, missing } = versionsToAsk(versions);
  const answers = yield* together(asked.map((version) => askVersion(version, versions, options)));
  const made = answers.flatMap((one) => one.made);
  const outcomes = made.map(({ outcome }) => outcome);
  const seen = readSentChains(outcomes);
  return {
    chains: seen.chains,
    missing: [...missing, ...answers.flatMap((one) => one.missing), ...seen.missing],
    outcomes,
    handshakes: made.flatMap(({ handshake }) =>
      handshake !== undefined && isGoneThrough(handshake) ? [handshake] : [],
    ),
    wantsEncapsulation: options.kems === undefined && refusedAll13(outcomes),
  };
}

const beforeVersion13 = ['TLSv1.2', 'TLSv1.1', 'TLSv1.0', 'SSLv3'] as const;
const everyVersion = ['TLSv1.3', ...beforeVersion13] as const;

/** Every version may bring a chain of its own; those whose acceptance is not known may, and nobody saw it. */
function versionsToAsk(versions: Versions): { asked: RecordVersion[]; missing: Completeness['missing'] } {
  const unknown = everyVersion.filter((version) => versions[version] === undefined);
  const unseen = unknown.map((version) => ({
    what: `the chains sent under ${version}`,
    why: 'whether the version is accepted is not known',
  }));
  const why = 'a handshake of this version is not made here';
  const ssl2 = versions.SSLv2 === 'accepted' ? [{ what: 'the chains sent under SSLv2', why }] : [];
  return {
    asked: everyVersion.filter((version) => versions[version] === 'accepted'),
    missing: [...unseen, ...ssl2],
  };
}

/** What one version brought. */
interface Answered {
  readonly made: readonly Made[];
  /** Why there may be more. */
  readonly missing: Completeness['missing'];
}

/** Other inquiries go on from handshakes of TLS 1.3 and of the highest version before it. */
function* askVersion(
  version: RecordVersion,
  versions: Versions,
  options: HandshakeOptions,
): Probing<Answered> {
  const highest = beforeVersion13.find((one) => versions[one] === 'accepted');
  const asking = asker(version, version === 'TLSv1.3' || version === highest, options);
  const usual = yield* askEveryKind(version, (ask) => asking(ask, false));
  const refused = version === 'TLSv1.3' && refusedAll13(usual.made.map(({ outcome }) => outcome));
  if (!refused || options.kems === undefined) return usual;
  const wide = yield* askEveryKind(version, (ask) => asking(ask, true));
  return { made: [...usual.made, ...wide.made], missing: [...usual.missing, ...wide.missing] };
}

/** What one handshake is to ask for. */
interface Ask {
  readonly authentication: Authentication;
  readonly credentials: Credentials;
}

const rsa: Ask = { authentication: 'RSA', credentials: credentialsFor('RSA') };
const ellipticCurve: Ask = {
  authentication: 'ECDSA or EdDSA',
  credentials: credentialsFor('ECDSA or EdDSA'),
};
/**
 * OpenSSL 3 has no name for MD5 with RSA among schemes for chains, and finds no certificate to send where one is signed
 * with it; of a hello that names none it asks nothing.
 */
const any: Ask = { authentication: 'any', credentials: credentialsFor('any') };

/** Nobody has keys of more kinds than these, two of them asked for first. */
const maxRounds = 6;

type Asking = (ask: Ask) => Dialogue<Made>;

/** Asks for the usual kinds of key, then for anything else, and again without what that brought, until refused. */
function* askEveryKind(version: RecordVersion, asking: Asking): Probing<Answered> {
  const made = [...(yield* inParallel([rsa, ellipticCurve].map(asking)))];
  // A server that only keeps us waiting is not asked again: the scan tries it once more at its end.
  if (made.every(({ outcome }) => outcome.ended === 'timed-out')) return { made, missing: [] };
  for (const one of [...made]) made.push(...(yield* askedAgain(one, made, asking)));
  const { made: further, missing } = yield* askRest(version, asking, made);
  made.push(...further);
  if (!made.some(isChain)) made.push(...(yield* inParallel([asking(any)])));
  return { made, missing };
}

/** Between two handshakes that bring a chain, a connection that just ends is an answer too. */
function* askedAgain(
  { ask, outcome }: Made,
  made: readonly Made[],
  asking: Asking,
): Probing<readonly Made[]> {
  if (outcome.result.kind !== 'unknown') return [];
  const answered = made.find((one) => isChain(one) && one.ask !== ask);
  const around = answered === undefined ? [] : [answered.ask];
  const again: Made[] = [];
  for (const one of [...around, ask, ...around]) again.push(...(yield* inParallel([asking(one)])));
  return again;
}

function* askRest(version: RecordVersion, asking: Asking, before: readonly Made[]): Probing<Answered> {
  const left = leftAfter(before, version);
  if (left === undefined) return { made: [], missing: usedUnoffered(version) };
  const rests = restsOf(left, version).map(([rest, part]) => askUp(version, asking, before, rest, part));
  const answers = yield* together(rests);
  return { made: answers.flatMap(({ made }) => made), missing: answers.flatMap(({ missing }) => missing) };
}

/** Asks for one part of the rest until the server refuses. */
function* askUp(
  version: RecordVersion,
  asking: Asking,
  before: readonly Made[],
  rest: Rest,
  part: Credentials,
): Probing<Answered> {
  const made: Made[] = [];
  let left: Credentials | undefined = part;
  for (let round = 1; left !== undefined && !isEmpty(left, version); round++) {
    const why = `no more than ${maxRounds} further ones are asked for`;
    if (round > maxRounds) return { made, missing: unseenKinds(version, why) };
    const authentication: Authentication = round === 1 ? rest : `${rest}, round ${round}`;
    const ask: Ask = { authentication, credentials: left };
    const own = [...(yield* inParallel([asking(ask)]))];
    for (const one of [...own]) own.push(...(yield* askedAgain(one, [...before, ...own], asking)));
    made.push(...own);
    const brought = own.filter((one) => one.ask === ask && isChain(one));
    if (brought.length === 0) return { made, missing: [] };
    left = leftWithout(left, brought, version);
  }
  return { made, missing: left === undefined ? usedUnoffered(version) : [] };
}

function usedUnoffered(version: RecordVersion): Completeness['missing'] {
  return unseenKinds(version, 'the server used what was not offered to it');
}

function unseenKinds(version: RecordVersion, why: string): Completeness['missing'] {
  return [{ what: `chains for other kinds of key under ${version}`, why }];
}

/** Neither what was definitely refused, nor what was used. */
function leftAfter(made: readonly Made[], version: RecordVersion): Credentials | undefined {
  const refused = made.filter(({ outcome }) => outcome.result.kind === 'none');
  const offered = refused.reduce<Credentials>(
    (left, { ask }) => withoutRefused(left, ask.credentials),
    any.credentials,
  );
  return leftWithout(offered, made.filter(isChain), version);
}

function leftWithout(
  offered: Credentials,
  brought: readonly Made[],
  version: RecordVersion,
): Credentials | undefined {
  let left: Credentials | undefined = offered;
  for (const { ask, used } of brought) {
    // What was sent again uses what is gone already; what was never offered says nothing of what else there is.
    if (withoutUsed(ask.credentials, used, version) === undefined) return undefined;
    left = withoutUsed(left, used, version) ?? left;
  }
  return left;
}

function isChain({ outcome }: Made): boolean {
  return outcome.result.kind === 'chain';
}

/** Makes dialogues; each further one for the same kind has a name of its own. */
function asker(
  version: RecordVersion,
  isGoneOnFrom: boolean,
  options: HandshakeOptions,
): (ask: Ask, wide: boolean) => Dialogue<Made> {
  const times = new Map<string, number>();
  return (ask, wide) => {
    const name = `${version} certificate, ${ask.authentication}`;
    const time = (times.get(name) ?? 0) + 1;
    times.set(name, time);
    const label = time === 1 ? name : `${name}, time ${time}`;
    const usual = ask === rsa || ask === ellipticCurve || ask === any;
    const extent = isGoneOnFrom && time === 1 && usual ? 'complete' : 'proof';
    return version === 'TLSv1.3'
      ? certificateDialogue13({ ask, label, extent }, options, wide)
      : certificateDialogue12(version, { ask, label, extent }, options);
  };
}

interface AskedFor {
  readonly ask: Ask;
  readonly label: string;
  readonly extent: Extent;
}

function certificateDialogue13(
  { ask, label, extent }: AskedFor,
  options: HandshakeOptions,
  wide: boolean,
): Dialogue<Made> {
  const { kems } = options;
  const wanted = { label, extent, signatureSchemes: ask.credentials.schemes, ...ofChain(ask) };
  const dialogue =
    wide && kems !== undefined
      ? wideDialogue13({ ...options, kems }, wanted)
      : usualDialogue13(options, wanted);
  return {
    label: dialogue.label,
    *talk() {
      const seen = yield* dialogue.talk();
      const outcome: CertificateOutcome = {
        version: 'TLSv1.3',
        authentication: ask.authentication,
        ended: endOfFlight(seen.finished, seen.ended),
        result: sentIn13(seen),
      };
      const handshake = { version: 'TLSv1.3', seen } as const;
      return { ask, used: usedIn(seen), outcome, ...(extent === 'complete' ? { handshake } : {}) };
    },
  };
}

/** Where every scheme is offered, what else could be said of the chain is said with them (RFC 8446 §4.2.3). */
function ofChain(ask: Ask): { readonly schemesOfChain?: true } {
  return ask === any ? { schemesOfChain: true } : {};
}

function certificateDialogue12(
  version: Exclude<RecordVersion, 'TLSv1.3'>,
  { ask, label, extent: wanted }: AskedFor,
  options: HandshakeOptions,
): Dialogue<Made> {
  const extent = version === 'SSLv3' ? 'flight' : wanted;
  const { suites, schemes: signatureSchemes } = ask.credentials;
  const offered = { label, extent, suites, signatureSchemes, everyGroup: true, ...ofChain(ask) } as const;
  const { talk } = dialogue12(version, options, offered);
  return {
    label,
    *talk() {
      const seen = yield* talk();
      const outcome: CertificateOutcome = {
        version,
        authentication: ask.authentication,
        ended: endOfFlight(seen.flightDone, seen.ended),
        result: sentIn12(seen, version),
      };
      const made = { ask, used: usedIn(seen), outcome };
      if (extent !== 'complete' || version === 'SSLv3') return made;
      return { ...made, handshake: { version, seen } };
    },
  };
}

function usedIn({ proof, suite }: Pick<Handshake12, 'proof' | 'suite'>): Used {
  return {
    ...(proof?.scheme === undefined ? {} : { scheme: proof.scheme }),
    ...(suite === undefined ? {} : { suite }),
  };
}

/** How what showed the certificates ended, whatever came after it. */
function endOfFlight(whole: boolean, ended: Ending): Ending {
  return whole ? 'complete' : ended;
}

function refusedAll13(outcomes: readonly CertificateOutcome[]): boolean {
  const of13 = outcomes.filter(({ version }) => version === 'TLSv1.3');
  const refused = of13.some(({ result }) => result.kind === 'none');
  return refused && of13.every(({ result }) => result.kind !== 'chain');
}
