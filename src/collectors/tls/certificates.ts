import { AssayError, type EvidenceItem } from '../../model/index.ts';
import { probeCertificates, type Certificates as Seen } from '../../tls/certificates.ts';
import type { Roots } from '../../tls/chain-shape.ts';
import type { Versions } from '../../tls/facts/versions.ts';
import type { RecordedDialogue } from '../../tls/recorded-dialogue.ts';
import { recordedRoots, rootsThatMatter } from '../../tls/recorded-roots.ts';
import type { LogList } from '../../x509/transparency-log.ts';
import type { FactPlan } from '../collector.ts';
import { networkFailure } from '../network-error.ts';
import { converse } from './converse.ts';
import { withEncapsulation } from './encapsulation.ts';
import { type Besides, certificatesOnce, transcriptEvidence, wholeTranscript } from './evidence.ts';
import type { TlsSession } from './session.ts';

/** The certificates of one endpoint, and how they were seen. */
export interface Certificates extends Seen {
  readonly dialogues: readonly RecordedDialogue[];
  /** When they were seen, in milliseconds since 1970. */
  readonly atMs: number;
}

const seenHere = 'the certificates';

const seenIn = new WeakMap<TlsSession, Promise<Certificates>>();

/**
 * Makes the handshakes that show every chain. Made once a session, unless it failed.
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

/** What the certificates of one endpoint cost. */
export const certificatesPlan: FactPlan = {
  requests: [
    'TLSv1.3 handshake for a certificate of RSA, of ECDSA or EdDSA, and of anything else, again without what that brought until refused; with ML-KEM where nothing else is taken',
    'ClientHello of every accepted version before it for the same',
    'for what gets no definite answer: again between two that brought a chain, or for any kind',
  ],
};

async function look(session: TlsSession, versions: Versions): Promise<Certificates> {
  const { value: seen, dialogues } = await withEncapsulation(session, (options) =>
    converse(session, probeCertificates(versions, options)),
  );
  if (seen.chains.length === 0) throw noCertificate(session, seen, dialogues);
  const leaves = [...new Set(seen.chains.map(({ leaf }) => leaf.sha256))].sort();
  session.identify('leaf-sha256', leaves.join(' '));
  return { ...seen, dialogues, atMs: Date.now() };
}

function noCertificate(
  session: TlsSession,
  { outcomes, missing }: Seen,
  dialogues: readonly RecordedDialogue[],
): AssayError {
  const evidence = dialogues.length === 0 ? [] : [wholeTranscript(seenHere, session, dialogues)];
  const ends = new Set(outcomes.map(({ ended }) => ended));
  if (ends.size === 1 && ends.has('timed-out')) return networkFailure('timed-out', session.where);
  if (ends.size === 1 && ends.has('unreachable')) return networkFailure('unreachable', session.where);
  const [first] = missing;
  const why =
    first === undefined ? 'no version up to TLS 1.3 but SSLv2 is accepted' : `${first.what}: ${first.why}`;
  return new AssayError(
    'ERR_NO_CERTIFICATE',
    `expected a certificate from ${session.where}, got none (${why})`,
    { remedy: 'Look at the transcripts in the evidence: they hold every byte of each handshake.', evidence },
  );
}

/** Every handshake made, to read the certificates from again. */
export function handshakesEvidence(
  session: TlsSession,
  dialogues: readonly RecordedDialogue[],
): EvidenceItem {
  return transcriptEvidence(seenHere, session, dialogues);
}

/**
 * All that a fact follows from which holds the certificates against roots: the handshakes, the instant, and the roots
 * that matter.
 */
export function heldAgainstEvidence(
  session: TlsSession,
  { chains, dialogues, atMs }: Certificates,
  roots: Roots,
  logs?: LogList,
): EvidenceItem[] {
  const matter = rootsThatMatter(chains, roots);
  const besides: Besides = {
    at: new Date(atMs).toISOString(),
    roots: recordedRoots(matter),
    ...(logs === undefined ? {} : { logs }),
  };
  return [
    transcriptEvidence(seenHere, session, dialogues, {}, besides),
    ...certificatesOnce('Roots that the chains lead to, by name', session, [
      ...matter.trusted.anchors,
      ...matter.public.anchors,
    ]),
  ];
}

/** The handshakes in words. */
export function handshakesInWords({ outcomes }: Seen): string[] {
  return outcomes.map(
    ({ version, authentication }) => `${version} handshake for a certificate of kind ${authentication}`,
  );
}
