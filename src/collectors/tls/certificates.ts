import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { AssayError, type Completeness, type EvidenceItem } from '../../model/index.ts';
import { type Authentication, certificateHello } from '../../tls/authentication.ts';
import { endsInWords, type Until } from '../../tls/exchange.ts';
import type { Versions } from '../../tls/facts/versions.ts';
import { FlightReader } from '../../tls/record.ts';
import { handshakeType, type RecordVersion } from '../../tls/registry.ts';
import { outcomeOf, readSentChains, type SentChains } from '../../tls/sent-chains.ts';
import type { Transcript } from '../../tls/transcript.ts';
import type { FactPlan } from '../collector.ts';
import { networkFailure } from '../network-error.ts';
import { jsonEvidence } from './evidence.ts';
import { recordHandshake } from './recorded-handshake.ts';
import type { TlsSession } from './session.ts';

/** The certificates of one endpoint, and how they were seen. */
export interface Certificates extends SentChains {
  readonly transcripts: readonly Transcript[];
  /** When they were seen, in milliseconds since 1970. */
  readonly atMs: number;
}

const seenIn = new WeakMap<TlsSession, Promise<Certificates>>();

/**
 * Makes the handshakes that show every chain: for TLS 1.3 and for the highest accepted version before it, one that
 * asks for RSA and one that asks for ECDSA or EdDSA; what gets no definite answer is asked once more. Made once a
 * session, unless it failed.
 *
 * @throws AssayError ERR_NO_CERTIFICATE, or what the network did, where no chain was seen at all
 */
export function certificatesOf(session: TlsSession, versions: Versions): Promise<Certificates> {
  const known = seenIn.get(session);
  if (known !== undefined) return known;
  const looking = look(session, versions);
  seenIn.set(session, looking);
  looking.catch(() => seenIn.delete(session));
  return looking;
}

async function look(session: TlsSession, versions: Versions): Promise<Certificates> {
  const { asked, missing } = versionsToAsk(versions);
  const transcripts = (await Promise.all(asked.map((version) => askVersion(session, version)))).flat();
  const seen = readSentChains(transcripts);
  if (seen.chains.length === 0) throw noCertificate(session, transcripts, [...missing, ...seen.missing]);
  const leaves = [...new Set(seen.chains.map(({ leaf }) => leaf.sha256))].sort();
  session.identify('leaf-sha256', leaves.join(' '));
  return { chains: seen.chains, missing: [...missing, ...seen.missing], transcripts, atMs: Date.now() };
}

/** What the certificates of one endpoint cost; a look that saw none is made anew for the next fact. */
export const certificatesPlan: FactPlan = {
  requests: ['RSA', 'ECDSA or EdDSA', 'any kind'].map(
    (kind) =>
      `TLSv1.3 handshake, and ClientHello of the highest version before it, for a certificate of ${kind}`,
  ),
  // In each of two versions: both kinds; then one of them again between two of the other, or each again and any.
  connections: 2 * (2 + 3),
};

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

async function askVersion(session: TlsSession, version: RecordVersion): Promise<Transcript[]> {
  const kinds: readonly Authentication[] = ['RSA', 'ECDSA or EdDSA'];
  const ask = (kind: Authentication): Promise<Transcript> => handshake(session, version, kind);
  const transcripts = await Promise.all(kinds.map(ask));
  // A server that only keeps us waiting is not asked again: the scan tries it once more at its end.
  if (transcripts.every(({ ended }) => ended === endsInWords['timed-out'])) return transcripts;
  const answered = transcripts.find((transcript) => outcomeOf(transcript).result.kind === 'chain');
  for (const transcript of [...transcripts]) {
    if (outcomeOf(transcript).result.kind !== 'unknown') continue;
    // Between two handshakes that bring a chain, a connection that just ends is an answer too.
    const around = answered === undefined ? [] : [answered.authentication];
    for (const kind of [...around, transcript.authentication, ...around]) transcripts.push(await ask(kind));
  }
  const brought = transcripts.some((transcript) => outcomeOf(transcript).result.kind === 'chain');
  return brought ? transcripts : [...transcripts, await ask('any')];
}

function handshake(
  session: TlsSession,
  version: RecordVersion,
  authentication: Authentication,
): Promise<Transcript> {
  return version === 'TLSv1.3'
    ? recordHandshake(session, authentication)
    : clearHandshake(session, version, authentication);
}

async function clearHandshake(
  session: TlsSession,
  version: Exclude<RecordVersion, 'TLSv1.3'>,
  authentication: Authentication,
): Promise<Transcript> {
  const hello = certificateHello(version, authentication, session.serverName, randomBytes(32));
  const { received, ended } = await session.exchange(hello, untilCertificate());
  return {
    authentication,
    ended: endsInWords[ended],
    received: Buffer.from(received).toString('hex'),
    sent: Buffer.from(hello).toString('hex'),
    version,
  };
}

function untilCertificate(): Until {
  const flight = new FlightReader();
  return (chunk) => {
    flight.push(chunk);
    const { certificate, serverHelloDone } = handshakeType;
    const whole = flight.messages.some(({ type }) => type === certificate || type === serverHelloDone);
    return whole || flight.end !== undefined;
  };
}

function noCertificate(
  session: TlsSession,
  transcripts: readonly Transcript[],
  missing: Completeness['missing'],
): AssayError {
  const evidence = transcripts.length === 0 ? [] : [handshakesEvidence(session, transcripts)];
  const ends = new Set(transcripts.map(({ ended }) => ended));
  if (ends.size === 1 && ends.has(endsInWords['timed-out']))
    return networkFailure('timed-out', session.where);
  if (ends.size === 1 && ends.has(endsInWords.unreachable))
    return networkFailure('unreachable', session.where);
  const [first] = missing;
  const why =
    first === undefined ? 'no version up to TLS 1.3 but SSLv2 is accepted' : `${first.what}: ${first.why}`;
  return new AssayError(
    'ERR_NO_CERTIFICATE',
    `expected a certificate from ${session.where}, got none (${why})`,
    {
      remedy: 'Look at the transcripts in the evidence; a newer Node.js knows newer key exchanges.',
      evidence,
    },
  );
}

/** Every handshake made, to read the certificates from again. */
export function handshakesEvidence(
  { host, address, port }: TlsSession,
  handshakes: readonly Transcript[],
): EvidenceItem {
  return jsonEvidence(
    'every handshake made to see the certificates: what was sent, what came back, how it ended',
    { address, handshakes, host, port },
  );
}

/** The transcripts' handshakes in words. */
export function handshakesInWords(transcripts: readonly Transcript[]): string[] {
  return transcripts.map(
    ({ version, authentication }) => `${version} handshake for a certificate of kind ${authentication}`,
  );
}
