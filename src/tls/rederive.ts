import type { Json } from '../model/index.ts';
import { type Certificates, probeCertificates } from './certificates.ts';
import { deriveLeaves } from './chain-facts.ts';
import type { FactTranscript } from './fact-transcript.ts';
import type { Versions } from './facts/versions.ts';
import { flawsValue } from './flaws/flaws-value.ts';
import { probeFlaws } from './flaws/probe-flaws.ts';
import { keyEncapsulations } from './ml-kem.ts';
import { probeVersions } from './prober.ts';
import { replay } from './recorded-dialogue.ts';
import { versionsValue } from './versions-value.ts';

/**
 * Makes a fact again from its transcript and from other facts of the same subject.
 *
 * @throws AssayError ERR_TLS_REPLAY where the transcript does not lead to a fact
 */
type Derivation = (transcript: FactTranscript, read: (fact: string) => Json) => Json;

/** The facts that follow from their transcripts alone. */
export const derivations: Readonly<Record<string, Derivation>> = {
  'tls.flaws': (transcript, read) =>
    flawsValue(replay(probeFlaws(read('tls.versions') as Versions, transcript), transcript.connections)),
  'tls.leaf': (transcript, read) => deriveLeaves(certificatesAgain(transcript, read).chains, transcript.host),
  'tls.versions': (transcript) => versionsValue(replay(probeVersions(transcript), transcript.connections)),
};

/** A transcript that needed ML-KEM holds what was asked without it as well. */
function certificatesAgain(transcript: FactTranscript, read: (fact: string) => Json): Certificates {
  const versions = read('tls.versions') as Versions;
  const first = replay(probeCertificates(versions, transcript), transcript.connections);
  if (!first.wantsEncapsulation) return first;
  const options = { ...transcript, kems: keyEncapsulations };
  return replay(probeCertificates(versions, options), transcript.connections);
}
