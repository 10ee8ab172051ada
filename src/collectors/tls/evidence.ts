import { Buffer } from 'node:buffer';
import type { EvidenceItem } from '../../model/index.ts';
import { dialogueEvidence, type RecordedDialogue } from '../../tls/recorded-dialogue.ts';
import { pem } from '../../x509/pem.ts';
import type { TlsSession } from './session.ts';

/** Members in the order given, so that the same look is the same bytes. */
export function jsonEvidence(title: string, value: object): EvidenceItem {
  const bytes = Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`);
  return { title, mediaType: 'application/json', extension: 'json', bytes };
}

type Endpoint = Pick<TlsSession, 'address' | 'host' | 'port' | 'seed' | 'serverName'>;

/**
 * Every connection that a fact rests on: what was sent, what came back, how it ended. From the seed and this the fact
 * follows again.
 *
 * @param conclusions what each question came to, in words, for people
 */
export function transcriptEvidence(
  what: string,
  { address, host, port, seed, serverName }: Endpoint,
  dialogues: readonly RecordedDialogue[],
  conclusions: Readonly<Record<string, string>> = {},
): EvidenceItem {
  return jsonEvidence(`every connection made to see ${what}: what was sent, what came back, how it ended`, {
    address,
    answers: conclusions,
    connections: dialogues.map(dialogueEvidence),
    host,
    port,
    seed: Buffer.from(seed).toString('hex'),
    ...(serverName === undefined ? {} : { serverName }),
  });
}

/** Certificates (DER) as one PEM file, in the order given. */
export function certificateEvidence(title: string, certificates: Iterable<Uint8Array>): EvidenceItem {
  const bytes = Buffer.from(pem(...certificates));
  return { title, mediaType: 'application/pem-certificate-chain', extension: 'pem', bytes };
}
