import type { Json } from '../model/index.ts';
import type { FactTranscript } from './fact-transcript.ts';
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
  'tls.versions': (transcript) => versionsValue(replay(probeVersions(transcript), transcript.connections)),
};
