import type { Completeness } from '../model/index.ts';
import { type Authentication, schemesFor, suitesFor } from './authentication.ts';
import { type Dialogue, inParallel, type Probing, together } from './exchange.ts';
import type { Versions } from './facts/versions.ts';
import { dialogue12, type HandshakeOptions, usualDialogue13, wideDialogue13 } from './handshake/dialogues.ts';
import type { RecordVersion } from './registry.ts';
import { sentIn12, sentIn13 } from './sent-certificates.ts';
import { type CertificateOutcome, readSentChains, type SentChains } from './sent-chains.ts';

/** The certificates of one endpoint. */
export interface Certificates extends SentChains {
  readonly outcomes: readonly CertificateOutcome[];
  /** Nothing usual was accepted under TLS 1.3: with ML-KEM at hand it is worth asking again. */
  readonly wantsEncapsulation: boolean;
}

/**
 * Makes the handshakes that show every chain: for TLS 1.3 and for the highest accepted version before it, one for each
 * kind of key; what gets no definite answer is asked once more. Nothing is completed.
 */
export function* probeCertificates(versions: Versions, options: HandshakeOptions): Probing<Certificates> {
  const { asked, missing } = versionsToAsk(versions);
  const outcomes = (yield* together(asked.map((version) => askVersion(version, options)))).flat();
  const seen = readSentChains(outcomes);
  return {
    chains: seen.chains,
    missing: [...missing, ...seen.missing],
    outcomes,
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

function* askVersion(
  version: RecordVersion,
  options: HandshakeOptions,
): Probing<readonly CertificateOutcome[]> {
  const asking = asker(version, options);
  const kinds = version === 'TLSv1.3' ? kindsOf13 : kindsBefore13;
  const outcomes = [...(yield* inParallel(kinds.map((kind) => asking(kind))))];
  // A server that only keeps us waiting is not asked again: the scan tries it once more at its end.
  if (outcomes.every(({ ended }) => ended === 'timed-out')) return outcomes;
  const answered = outcomes.find(({ result }) => result.kind === 'chain');
  for (const { authentication, result } of [...outcomes]) {
    if (result.kind !== 'unknown') continue;
    // Between two handshakes that bring a chain, a connection that just ends is an answer too.
    const around = answered === undefined ? [] : [answered.authentication];
    for (const kind of [...around, authentication, ...around])
      outcomes.push(...(yield* inParallel([asking(kind)])));
  }
  if (outcomes.some(({ result }) => result.kind === 'chain')) return outcomes;
  outcomes.push(...(yield* inParallel([asking('any')])));
  if (version === 'TLSv1.3' && options.kems !== undefined && refusedAll13(outcomes))
    outcomes.push(...(yield* inParallel(kinds.map((kind) => asking(kind, true)))));
  return outcomes;
}

type Asker = (kind: Authentication, wide?: boolean) => Dialogue<CertificateOutcome>;

/** Makes dialogues; each further one for the same kind has a name of its own. */
function asker(version: RecordVersion, options: HandshakeOptions): Asker {
  const times = new Map<string, number>();
  return (authentication, wide = false) => {
    const name = `${version} certificate, ${authentication}`;
    const time = (times.get(name) ?? 0) + 1;
    times.set(name, time);
    const label = time === 1 ? name : `${name}, time ${time}`;
    return version === 'TLSv1.3'
      ? certificateDialogue13(authentication, label, options, wide)
      : certificateDialogue12(version, authentication, label, options);
  };
}

function certificateDialogue13(
  authentication: Authentication,
  label: string,
  options: HandshakeOptions,
  wide: boolean,
): Dialogue<CertificateOutcome> {
  const wanted = { label, extent: 'flight', signatureSchemes: schemesFor(authentication) } as const;
  const { kems } = options;
  const dialogue =
    wide && kems !== undefined
      ? wideDialogue13({ ...options, kems }, wanted)
      : usualDialogue13(options, wanted);
  return {
    label: dialogue.label,
    *talk() {
      const handshake = yield* dialogue.talk();
      const result = sentIn13(handshake);
      return { version: 'TLSv1.3', authentication, ended: handshake.ended, result };
    },
  };
}

function certificateDialogue12(
  version: Exclude<RecordVersion, 'TLSv1.3'>,
  authentication: Authentication,
  label: string,
  options: HandshakeOptions,
): Dialogue<CertificateOutcome> {
  const { talk } = dialogue12(version, options, {
    label,
    extent: 'flight',
    suites: suitesFor(authentication),
    signatureSchemes: schemesFor(authentication),
  });
  return {
    label,
    *talk() {
      const handshake = yield* talk();
      const result = sentIn12(handshake, version);
      return { version, authentication, ended: handshake.ended, result };
    },
  };
}

function refusedAll13(outcomes: readonly CertificateOutcome[]): boolean {
  const of13 = outcomes.filter(({ version }) => version === 'TLSv1.3');
  const refused = of13.some(({ result }) => result.kind === 'none');
  return refused && of13.every(({ result }) => result.kind !== 'chain');
}
