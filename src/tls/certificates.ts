import type { Completeness } from '../model/index.ts';
import { type Authentication, schemesFor, suitesFor } from './authentication.ts';
import { type Dialogue, type Ending, inParallel, type Probing, shared, together } from './exchange.ts';
import type { Versions } from './facts/versions.ts';
import { type CompleteHandshake, isGoneThrough } from './handshake/complete-handshake.ts';
import { dialogue12, type HandshakeOptions, usualDialogue13, wideDialogue13 } from './handshake/dialogues.ts';
import type { Extent } from './handshake/handshake13.ts';
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
  readonly outcome: CertificateOutcome;
  readonly handshake?: CompleteHandshake;
}

/**
 * Makes the handshakes that show every chain: for TLS 1.3 and for the highest accepted version before it, one for each
 * kind of key; what gets no definite answer is asked once more. The first ones are completed, without a client
 * certificate, and closed at once, so that other facts can rest on them.
 */
export function probeCertificates(versions: Versions, options: HandshakeOptions): Probing<Certificates> {
  const label = options.kems === undefined ? 'certificates' : 'certificates with ML-KEM';
  return shared(label, () => makeHandshakes(versions, options));
}

function* makeHandshakes(versions: Versions, options: HandshakeOptions): Probing<Certificates> {
  const { asked, missing } = versionsToAsk(versions);
  const made = (yield* together(asked.map((version) => askVersion(version, options)))).flat();
  const outcomes = made.map(({ outcome }) => outcome);
  const seen = readSentChains(outcomes);
  return {
    chains: seen.chains,
    missing: [...missing, ...seen.missing],
    outcomes,
    handshakes: made.flatMap(({ handshake }) =>
      handshake !== undefined && isGoneThrough(handshake) ? [handshake] : [],
    ),
    wantsEncapsulation: options.kems === undefined && refusedAll13(outcomes),
  };
}

const beforeVersion13 = ['TLSv1.2', 'TLSv1.1', 'TLSv1.0', 'SSLv3'] as const;

/** Versions whose acceptance is not known may carry chains that nobody saw. */
function versionsToAsk(versions: Versions): { asked: RecordVersion[]; missing: Completeness['missing'] } {
  const highest = beforeVersion13.find((version) => versions[version] === 'accepted');
  const higher =
    highest === undefined ? beforeVersion13 : beforeVersion13.slice(0, beforeVersion13.indexOf(highest));
  const unknown = (['TLSv1.3', ...higher] as const).filter((version) => versions[version] === undefined);
  const asked: RecordVersion[] = versions['TLSv1.3'] === 'accepted' ? ['TLSv1.3'] : [];
  if (highest !== undefined) asked.push(highest);
  const missing = unknown.map((version) => ({
    what: `the chains sent under ${version}`,
    why: 'whether the version is accepted is not known',
  }));
  return { asked, missing };
}

const kindsBefore13: readonly Authentication[] = ['RSA', 'ECDSA or EdDSA'];
const kindsOf13: readonly Authentication[] = ['RSA', 'RSASSA-PSS', 'ECDSA or EdDSA'];

function* askVersion(version: RecordVersion, options: HandshakeOptions): Probing<readonly Made[]> {
  const asking = asker(version, options);
  const kinds = version === 'TLSv1.3' ? kindsOf13 : kindsBefore13;
  const made = [...(yield* inParallel(kinds.map((kind) => asking(kind))))];
  const outcomes = made.map(({ outcome }) => outcome);
  // A server that only keeps us waiting is not asked again: the scan tries it once more at its end.
  if (outcomes.every(({ ended }) => ended === 'timed-out')) return made;
  const answered = outcomes.find(({ result }) => result.kind === 'chain');
  for (const { authentication, result } of outcomes) {
    if (result.kind !== 'unknown') continue;
    // Between two handshakes that bring a chain, a connection that just ends is an answer too.
    const around = answered === undefined ? [] : [answered.authentication];
    for (const kind of [...around, authentication, ...around])
      made.push(...(yield* inParallel([asking(kind)])));
  }
  if (made.some(({ outcome }) => outcome.result.kind === 'chain')) return made;
  made.push(...(yield* inParallel([asking('any')])));
  const all = made.map(({ outcome }) => outcome);
  if (version === 'TLSv1.3' && options.kems !== undefined && refusedAll13(all))
    made.push(...(yield* inParallel(kinds.map((kind) => asking(kind, true)))));
  return made;
}

type Asker = (kind: Authentication, wide?: boolean) => Dialogue<Made>;

/** Makes dialogues; each further one for the same kind has a name of its own, and is not completed. */
function asker(version: RecordVersion, options: HandshakeOptions): Asker {
  const times = new Map<string, number>();
  return (authentication, wide = false) => {
    const name = `${version} certificate, ${authentication}`;
    const time = (times.get(name) ?? 0) + 1;
    times.set(name, time);
    const label = time === 1 ? name : `${name}, time ${time}`;
    const extent = time === 1 && authentication !== 'RSASSA-PSS' ? 'complete' : 'flight';
    const asked: AskedFor = { authentication, label, extent, signatureSchemes: schemesFor(authentication) };
    return version === 'TLSv1.3'
      ? certificateDialogue13(asked, options, wide)
      : certificateDialogue12(version, asked, options);
  };
}

interface AskedFor {
  readonly authentication: Authentication;
  readonly label: string;
  readonly extent: Extent;
  readonly signatureSchemes: readonly number[];
}

function certificateDialogue13(
  { authentication, ...wanted }: AskedFor,
  options: HandshakeOptions,
  wide: boolean,
): Dialogue<Made> {
  const { kems } = options;
  const dialogue =
    wide && kems !== undefined
      ? wideDialogue13({ ...options, kems }, wanted)
      : usualDialogue13(options, wanted);
  return {
    label: dialogue.label,
    *talk() {
      const seen = yield* dialogue.talk();
      const result = sentIn13(seen);
      const ended = endOfFlight(seen.finished, seen.ended);
      const outcome: CertificateOutcome = { version: 'TLSv1.3', authentication, ended, result };
      return {
        outcome,
        ...(wanted.extent === 'complete' ? { handshake: { version: 'TLSv1.3', seen } } : {}),
      };
    },
  };
}

function certificateDialogue12(
  version: Exclude<RecordVersion, 'TLSv1.3'>,
  { authentication, ...wanted }: AskedFor,
  options: HandshakeOptions,
): Dialogue<Made> {
  const extent = version === 'SSLv3' ? 'flight' : wanted.extent;
  const suites = suitesFor(authentication);
  const { label, talk } = dialogue12(version, options, { ...wanted, extent, suites, everyGroup: true });
  return {
    label,
    *talk() {
      const seen = yield* talk();
      const result = sentIn12(seen, version);
      const ended = endOfFlight(seen.flightDone, seen.ended);
      const outcome: CertificateOutcome = { version, authentication, ended, result };
      if (extent === 'flight' || version === 'SSLv3') return { outcome };
      return { outcome, handshake: { version, seen } };
    },
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
