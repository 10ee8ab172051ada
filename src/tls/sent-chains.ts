import { AssayError, type Completeness } from '../model/index.ts';
import { type Certificate, readCertificate } from '../x509/certificate.ts';
import { endsInWords } from './exchange.ts';
import { type SentCertificates, sentCertificates, type Transcript } from './transcript.ts';

/** One distinct chain, leaf first, as far as its certificates could be read. */
export interface SentChain {
  /** In which handshakes it was sent: `TLSv1.3, RSA`. */
  readonly handshakes: readonly string[];
  readonly leaf: Certificate;
  /** The others, in the order sent. */
  readonly others: readonly Certificate[];
  /** The OCSPResponse stapled to the leaf (RFC 6066 §8), DER, where one was sent. */
  readonly staple?: Uint8Array;
  /** The SignedCertificateTimestampList of the TLS extension (RFC 6962 §3.3.1), where one was sent. */
  readonly timestamps?: Uint8Array;
}

export interface SentChains {
  readonly chains: readonly SentChain[];
  /** What may have been sent and was not seen. */
  readonly missing: Completeness['missing'];
}

interface Outcome {
  readonly handshake: string;
  readonly version: string;
  readonly ended: string;
  readonly result: SentCertificates;
}

/** The chains that handshakes show; the transcripts are in the order in which the handshakes were made. */
export function readSentChains(transcripts: readonly Transcript[]): SentChains {
  const outcomes = transcripts.map(outcomeOf);
  const read = outcomes.flatMap(({ handshake, result }) =>
    result.kind === 'chain' ? [readChain(handshake, result.certificates)] : [],
  );
  return {
    chains: distinct(read.flatMap(({ chain }) => (chain === undefined ? [] : [chain]))),
    missing: [...unanswered(outcomes), ...read.flatMap(({ missing }) => missing)],
  };
}

/** The same as a transcript shows, a breach of the protocol included. */
export function outcomeOf(transcript: Transcript): Outcome {
  const { version, authentication, ended } = transcript;
  return { handshake: `${version}, ${authentication}`, version, ended, result: shown(transcript) };
}

function shown(transcript: Transcript): SentCertificates {
  try {
    return sentCertificates(transcript);
  } catch (error) {
    if (error instanceof AssayError) return { kind: 'unknown', why: error.message };
    throw error;
  }
}

interface ReadChain {
  readonly chain: SentChain | undefined;
  readonly missing: Completeness['missing'];
}

function readChain(handshake: string, list: readonly Uint8Array[]): ReadChain {
  const missing: { what: string; why: string }[] = [];
  const read = list.map((der, index) => {
    try {
      return readCertificate(der);
    } catch (error) {
      if (!(error instanceof AssayError)) throw error;
      missing.push({
        what: `certificate ${index + 1} of the chain sent for ${handshake}`,
        why: error.message,
      });
      return undefined;
    }
  });
  const [leaf, ...rest] = read;
  const others = rest.filter((certificate) => certificate !== undefined);
  return { chain: leaf === undefined ? undefined : { handshakes: [handshake], leaf, others }, missing };
}

function distinct(chains: readonly SentChain[]): SentChain[] {
  const byContent = new Map<string, SentChain>();
  for (const chain of chains) {
    const key = [chain.leaf, ...chain.others].map(({ sha256 }) => sha256).join();
    const handshakes = [...(byContent.get(key)?.handshakes ?? []), ...chain.handshakes];
    byContent.set(key, { ...chain, handshakes: [...new Set(handshakes)] });
  }
  return [...byContent.values()];
}

/** What was asked for and never answered definitely, with the last reason. */
function unanswered(outcomes: readonly Outcome[]): { what: string; why: string }[] {
  const open = new Map<string, string>();
  for (const [index, { handshake, result }] of outcomes.entries()) {
    if (result.kind === 'unknown' && !isSilentRefusal(outcomes, index)) open.set(handshake, result.why);
  }
  for (const [index, { handshake, result }] of outcomes.entries()) {
    if (result.kind !== 'unknown' || isSilentRefusal(outcomes, index)) open.delete(handshake);
  }
  const versionsWithoutAny = new Map(outcomes.map(({ version, result }) => [version, whyNot(result)]));
  for (const { version, result } of outcomes) if (result.kind === 'chain') versionsWithoutAny.delete(version);
  return [
    ...[...open].map(([handshake, why]) => ({ what: `the chain sent for ${handshake}`, why })),
    ...[...versionsWithoutAny].map(([version, why]) => ({ what: `any chain under ${version}`, why })),
  ];
}

function whyNot(result: SentCertificates): string {
  return result.kind === 'chain' ? '' : result.why;
}

/**
 * Some servers close or reset the connection where others send an alert. That counts as an answer only where it
 * happened between two handshakes of the same version that brought a chain: then it is the kind of certificate asked
 * for that the server does not have, and not the network.
 */
function isSilentRefusal(outcomes: readonly Outcome[], index: number): boolean {
  const [before, here, after] = [outcomes[index - 1], outcomes[index], outcomes[index + 1]];
  const broughtChain = (other: Outcome | undefined): boolean =>
    other?.result.kind === 'chain' && other.version === here?.version && other.handshake !== here.handshake;
  const abrupt = here?.ended === endsInWords.closed || here?.ended === endsInWords.reset;
  return here?.result.kind === 'unknown' && abrupt && broughtChain(before) && broughtChain(after);
}
