import type { Json } from '../model/index.ts';
import { attacksValue } from './attacks/attacks-value.ts';
import { probeAttacks } from './attacks/probe-attacks.ts';
import { compressionValue, probeCompression } from './compression-inquiry.ts';
import { probeEnumeration } from './enumeration.ts';
import type { Probing } from './exchange.ts';
import { extensionsValue } from './extensions-inquiry.ts';
import type { FactTranscript } from './fact-transcript.ts';
import type { Versions } from './facts/versions.ts';
import { fallbackValue, probeFallback } from './fallback-inquiry.ts';
import { flawsValue } from './flaws/flaws-value.ts';
import { probeFlaws } from './flaws/probe-flaws.ts';
import { groupsValue, probeGroups } from './groups-inquiry.ts';
import type { HelloOptions } from './offers.ts';
import { primesValue, probePrimes } from './primes-inquiry.ts';
import { probeVersions } from './prober.ts';
import { replay } from './recorded-dialogue.ts';
import { suitesValue } from './suites-value.ts';
import { versionsValue } from './versions-value.ts';

/**
 * Makes a fact again from its transcript and from other facts of the same subject.
 *
 * @throws AssayError ERR_TLS_REPLAY where the transcript does not lead to a fact
 */
type Derivation = (transcript: FactTranscript, read: (fact: string) => Json) => Json;

/** The facts that follow from their transcripts alone. */
export const derivations: Readonly<Record<string, Derivation>> = {
  'tls.attacks': fromInquiry(probeAttacks, attacksValue),
  'tls.compression': fromInquiry(probeCompression, compressionValue),
  'tls.extensions': fromInquiry(probeEnumeration, extensionsValue),
  'tls.fallback': fromInquiry(probeFallback, fallbackValue),
  'tls.groups': fromInquiry(probeGroups, groupsValue),
  'tls.primes': fromInquiry(probePrimes, primesValue),
  'tls.suites': fromInquiry(probeEnumeration, suitesValue),
  'tls.flaws': (transcript, read) =>
    flawsValue(replay(probeFlaws(read('tls.versions') as Versions, transcript), transcript.connections)),
  'tls.versions': (transcript) => versionsValue(replay(probeVersions(transcript), transcript.connections)),
};

/** An inquiry that asks about the versions which are accepted. */
function fromInquiry<S>(
  probe: (versions: Versions, options: HelloOptions) => Probing<S>,
  value: (seen: S) => Json,
): Derivation {
  return (transcript, read) =>
    value(replay(probe(read('tls.versions') as Versions, transcript), transcript.connections));
}
