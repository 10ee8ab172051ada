import { AssayError, type Json } from '../model/index.ts';
import { attacksValue } from './attacks/attacks-value.ts';
import { probeAttacks } from './attacks/probe-attacks.ts';
import { type Certificates, probeCertificates } from './certificates.ts';
import { deriveChain, deriveLeaves } from './chain-facts.ts';
import type { Roots } from './chain-shape.ts';
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
import type { HandshakeOptions } from './handshake/dialogues.ts';
import { deriveKeys } from './key-facts.ts';
import { keyEncapsulations } from './ml-kem.ts';
import type { HelloOptions } from './offers.ts';
import { primesValue, probePrimes } from './primes-inquiry.ts';
import { probeVersions } from './prober.ts';
import { replay } from './recorded-dialogue.ts';
import { rootsFrom } from './recorded-roots.ts';
import { deriveRevocation } from './revocation-facts.ts';
import { clientsValue } from './sessions/clients-value.ts';
import { probeResumption } from './sessions/probe-resumption.ts';
import { probeSessions } from './sessions/probe-sessions.ts';
import { ticketsValue } from './sessions/tickets-value.ts';
import { probeSignatures, signaturesValue } from './signatures-inquiry.ts';
import { suitesValue } from './suites-value.ts';
import { deriveTimestamps } from './timestamp-facts.ts';
import { probeTolerance, toleranceValue } from './tolerance-inquiry.ts';
import { askedAgain, protocolIn, upgradesValue } from './upgrade/ask.ts';
import { versionsValue } from './versions-value.ts';
import { deriveWeaknesses } from './weakness-facts.ts';

/**
 * Makes a fact again from its transcript and from other facts of the same subject.
 *
 * @throws AssayError ERR_TLS_REPLAY where the transcript does not lead to a fact
 */
type Derivation = (transcript: FactTranscript, read: (fact: string) => Json) => Json;

/** The facts that follow from what stands in their evidence. */
export const derivations: Readonly<Record<string, Derivation>> = {
  'tls.chain': fromCertificates(({ chains }, transcript) =>
    deriveChain(chains, rootsOf(transcript), instantOf(transcript)),
  ),
  'tls.clients': (transcript, read) => clientsValue(again(probeSessions, transcript, read)).value,
  'tls.attacks': fromInquiry(probeAttacks, attacksValue),
  'tls.compression': fromInquiry(probeCompression, compressionValue),
  'tls.extensions': fromInquiry(probeEnumeration, extensionsValue),
  'tls.fallback': fromInquiry(probeFallback, fallbackValue),
  'tls.groups': fromInquiry(probeGroups, groupsValue),
  'tls.primes': fromInquiry(probePrimes, primesValue),
  'tls.signatures': fromInquiry(probeSignatures, signaturesValue),
  'tls.suites': fromInquiry(probeEnumeration, suitesValue),
  'tls.flaws': (transcript, read) =>
    flawsValue(replay(probeFlaws(read('tls.versions') as Versions, transcript), transcript.connections)),
  'tls.keys': fromCertificates(({ chains }, { serverName, host }) => deriveKeys(chains, serverName ?? host)),
  'tls.leaf': fromCertificates(({ chains }, { serverName, host }) =>
    deriveLeaves(chains, serverName ?? host),
  ),
  'tls.resumption': (transcript, read) => again(probeResumption, transcript, read).value,
  'tls.revocation': fromCertificates(({ chains }, transcript) =>
    deriveRevocation({ chains, roots: rootsOf(transcript), atMs: instantOf(transcript) }),
  ),
  'tls.tickets': (transcript, read) => ticketsValue(again(probeSessions, transcript, read)).value,
  'tls.tolerance': fromInquiry(probeTolerance, toleranceValue),
  'tls.timestamps': fromCertificates(({ chains }, transcript) => {
    const { logs = missing('the logs that timestamps are of') } = transcript;
    return deriveTimestamps({ chains, logs, roots: rootsOf(transcript), atMs: instantOf(transcript) });
  }),
  'tls.upgrades': ({ connections, serverName, host }) => {
    const protocol = protocolIn(connections);
    const value =
      protocol && upgradesValue(protocol, replay(askedAgain(protocol, serverName ?? host), connections));
    return value ?? missing('an upgrade');
  },
  'tls.versions': (transcript) => versionsValue(replay(probeVersions(transcript), transcript.connections)),
  'tls.weaknesses': fromCertificates(({ chains }) => deriveWeaknesses(chains)),
};

function fromCertificates(derive: (seen: Certificates, transcript: FactTranscript) => Json): Derivation {
  return (transcript, read) => derive(again(probeCertificates, transcript, read), transcript);
}

function rootsOf({ roots, certificates }: FactTranscript): Roots {
  return rootsFrom(roots ?? missing('the roots that chains were held against'), certificates);
}

function instantOf({ atMs }: FactTranscript): number {
  return atMs ?? missing('the instant of the look');
}

function missing(what: string): never {
  throw new AssayError('ERR_TLS_REPLAY', `expected ${what} in the transcript, got none`);
}

/** A transcript that needed ML-KEM holds what was asked without it as well. */
function again<T extends { readonly wantsEncapsulation: boolean }>(
  probe: (versions: Versions, options: HandshakeOptions) => Probing<T>,
  transcript: FactTranscript,
  read: (fact: string) => Json,
): T {
  const versions = read('tls.versions') as Versions;
  const first = replay(probe(versions, transcript), transcript.connections);
  if (!first.wantsEncapsulation) return first;
  return replay(probe(versions, { ...transcript, kems: keyEncapsulations }), transcript.connections);
}

/** An inquiry that asks about the versions which are accepted. */
function fromInquiry<S>(
  probe: (versions: Versions, options: HelloOptions) => Probing<S>,
  value: (seen: S) => Json,
): Derivation {
  return (transcript, read) =>
    value(replay(probe(read('tls.versions') as Versions, transcript), transcript.connections));
}
