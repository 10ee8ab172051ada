import { Buffer } from 'node:buffer';
import type { EvidenceItem } from '../../model/index.ts';
import { dialogueEvidence, type RecordedDialogue } from '../../tls/recorded-dialogue.ts';
import type { RecordedRoots } from '../../tls/recorded-roots.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { pem } from '../../x509/pem.ts';
import type { LogList } from '../../x509/transparency-log.ts';
import type { TlsSession } from './session.ts';

/** Members in the order given, so that the same look is the same bytes. */
export function jsonEvidence(title: string, value: object): EvidenceItem {
  const bytes = Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`);
  return { title, mediaType: 'application/json', extension: 'json', bytes };
}

type Endpoint = Pick<TlsSession, 'address' | 'host' | 'port' | 'seed' | 'serverName'>;

/** What a fact follows from beside its connections. */
export interface Besides {
  /** When the look was: UTC, RFC 3339. */
  readonly at?: string;
  readonly roots?: RecordedRoots;
  readonly logs?: LogList;
}

/** By seed, so by look: the connections and certificates that stand in some file of it. */
const written = new WeakMap<Uint8Array, Set<string>>();

function writtenIn({ seed }: Endpoint): Set<string> {
  const known = written.get(seed) ?? new Set();
  written.set(seed, known);
  return known;
}

/**
 * Every connection that a fact rests on: what was sent, what came back, how it ended. From the seed and this the fact
 * follows again. A connection that is in the evidence of another fact of the same look is named, not repeated.
 *
 * @param conclusions what each question came to, in words, for people
 * @param besides what else it follows from
 */
export function transcriptEvidence(
  what: string,
  session: TlsSession,
  dialogues: readonly RecordedDialogue[],
  conclusions: Readonly<Record<string, string>> = {},
  besides: Besides = {},
): EvidenceItem {
  // What is looked at again may take the place of a part of the first look: there each file stands alone.
  if (session.attempt > 1) return transcript(what, session, dialogues, [], conclusions, besides);
  const elsewhere = writtenIn(session);
  const own = dialogues.filter(({ label }) => !elsewhere.has(label));
  const others = dialogues.filter(({ label }) => elsewhere.has(label)).map(({ label }) => label);
  for (const { label } of own) elsewhere.add(label);
  return transcript(what, session, own, others, conclusions, besides);
}

/** The same with all of its connections, for a look that came to no fact: nobody else's file is sure to be kept. */
export function wholeTranscript(
  what: string,
  session: Endpoint,
  dialogues: readonly RecordedDialogue[],
  conclusions: Readonly<Record<string, string>> = {},
): EvidenceItem {
  return transcript(what, session, dialogues, [], conclusions, {});
}

function transcript(
  what: string,
  { address, host, port, seed, serverName }: Endpoint,
  dialogues: readonly RecordedDialogue[],
  connectionsElsewhere: readonly string[],
  answers: Readonly<Record<string, string>>,
  { at, logs, roots }: Besides,
): EvidenceItem {
  return jsonEvidence(`every connection made to see ${what}: what was sent, what came back, how it ended`, {
    address,
    answers,
    ...(at === undefined ? {} : { at }),
    connections: dialogues.map(dialogueEvidence),
    ...(connectionsElsewhere.length === 0 ? {} : { connectionsElsewhere }),
    host,
    ...(logs === undefined ? {} : { logs }),
    port,
    ...(roots === undefined ? {} : { roots }),
    seed: Buffer.from(seed).toString('hex'),
    ...(serverName === undefined ? {} : { serverName }),
  });
}

/** Certificates (DER) as one PEM file, in the order given. */
export function certificateEvidence(title: string, certificates: Iterable<Uint8Array>): EvidenceItem {
  const bytes = Buffer.from(pem(...certificates));
  return { title, mediaType: 'application/pem-certificate-chain', extension: 'pem', bytes };
}

/** The same, of certificates that no other fact of the look has written: what has them names them by their digest. */
export function certificatesOnce(
  title: string,
  session: TlsSession,
  certificates: readonly Pick<Certificate, 'der' | 'sha256'>[],
): EvidenceItem[] {
  const known = session.attempt > 1 ? new Set<string>() : writtenIn(session);
  const own = certificates.filter(({ sha256 }) => !known.has(sha256));
  const ders = new Map(own.map(({ sha256, der }) => [sha256, der]));
  for (const digest of ders.keys()) known.add(digest);
  return ders.size === 0 ? [] : [certificateEvidence(title, ders.values())];
}

/** Media types of what is kept as it was sent: RFC 6960 appendix C has one for OCSP, RFC 2585 for lists, RFC 6962 none. */
const binaryTypes = {
  ocsp: { mediaType: 'application/ocsp-response', extension: 'der' },
  crl: { mediaType: 'application/pkix-crl', extension: 'crl' },
  sct: { mediaType: 'application/octet-stream', extension: 'bin' },
} as const;

export function binaryEvidence(
  title: string,
  kind: keyof typeof binaryTypes,
  bytes: Uint8Array,
): EvidenceItem {
  return { title, ...binaryTypes[kind], bytes };
}
