import { refusal } from '../bundle/refusal.ts';
import type { Seen } from '../model/index.ts';
import { certificatesByDigest, type FactTranscript, parseFactTranscript } from '../tls/fact-transcript.ts';
import type { DialogueEvidence } from '../tls/recorded-dialogue.ts';
import { derivations } from '../tls/rederive.ts';
import { type Again, attempt, type Source, whereOf } from './source.ts';

/** By fact. What one look had for several facts stands in one of their files: each gets all of its look. */
type Transcripts = ReadonlyMap<string, FactTranscript>;

/** Facts about a TLS endpoint, from the transcripts of its connections. */
export function tlsAgain(source: Source): Again {
  const transcripts = transcriptsOf(source);
  return ({ fact }) => {
    const derive = derivations[fact];
    const transcript = transcripts.get(fact);
    return derive && transcript && derive(transcript, (other) => source.valueOf(other));
  };
}

function transcriptsOf(source: Source): Transcripts {
  const own = new Map<string, FactTranscript>();
  const certificates = new Map<string, Uint8Array>();
  const seen = source.record.observations.filter((observation) => observation.kind === 'seen');
  for (const observation of seen) {
    const transcript = transcriptOf(source, observation);
    if (transcript !== undefined) own.set(observation.fact, transcript);
    else if (derivations[observation.fact] !== undefined)
      throw refusal(
        'FACT',
        `expected a transcript as evidence of ${whereOf(source.record, observation)}, got none`,
      );
    for (const [digest, der] of certificatesOf(source, observation)) certificates.set(digest, der);
  }
  const byLook = new Map<string, DialogueEvidence[]>();
  for (const { seed, connections } of own.values())
    byLook.set(seed, [...(byLook.get(seed) ?? []), ...connections]);
  return new Map(
    [...own].map(([fact, transcript]) => {
      const connections = byLook.get(transcript.seed) ?? [];
      return [fact, { ...transcript, connections, certificates }];
    }),
  );
}

/** Also of a fact that does not follow from its transcript alone: others may rest on what stands in it. */
function transcriptOf(source: Source, seen: Seen): FactTranscript | undefined {
  const where = whereOf(source.record, seen);
  for (const text of source.textsOf(seen, 'application/json')) {
    const transcript = attempt(where, () => parseFactTranscript(text));
    if (transcript === undefined) continue;
    const { host, address, port } = transcript;
    const { subject } = source.record;
    if (host === subject.host && address === subject.address && port === subject.port) return transcript;
    throw refusal('FACT', `expected a transcript of ${where}, got one of another endpoint`);
  }
  return undefined;
}

/** Named by their digests, they may stand in the files of any fact. */
function certificatesOf(source: Source, seen: Seen): readonly (readonly [string, Uint8Array])[] {
  const texts = source.textsOf(seen, 'application/pem-certificate-chain');
  return texts.flatMap((text) => [
    ...attempt(whereOf(source.record, seen), () => certificatesByDigest(text)),
  ]);
}
