import { AssayError, type Completeness } from '../../model/index.ts';
import type { Probing } from '../../tls/exchange.ts';
import type { Versions } from '../../tls/facts/versions.ts';
import type { HandshakeOptions } from '../../tls/handshake/dialogues.ts';
import type { Collected } from '../collector.ts';
import { converse } from './converse.ts';
import { withEncapsulation } from './encapsulation.ts';
import { transcriptEvidence, wholeTranscript } from './evidence.ts';
import type { TlsSession } from './session.ts';

/** A fact that is one list, made from handshakes of assay's own. */
interface ListFact<T> {
  /** JSON pointer. */
  readonly list: string;
  /** What is looked at, in words. */
  readonly what: string;
  readonly basis: string;
  readonly probe: (versions: Versions, options: HandshakeOptions) => Probing<T>;
  readonly answered: (seen: T) => {
    readonly value: Collected['value'];
    readonly returned: number;
    readonly missing: Completeness['missing'];
  };
}

/**
 * Collects such a fact.
 *
 * @throws AssayError ERR_NO_HANDSHAKE where no handshake showed anything
 */
export async function collectSessions<T extends { readonly wantsEncapsulation: boolean }>(
  session: TlsSession,
  versions: Versions,
  { list, what, basis, probe, answered }: ListFact<T>,
): Promise<Collected> {
  const { value: seen, dialogues } = await withEncapsulation(session, (options) =>
    converse(session, probe(versions, options)),
  );
  const { value, returned, missing } = answered(seen);
  if (returned === 0) {
    throw nothingSeen(session, what, missing, [wholeTranscript(what, session, dialogues)]);
  }
  return {
    value,
    method: 'TEST',
    completeness: [{ list, basis, returned, missing }],
    requests: dialogues.map(({ label }) => `handshake: ${label}`),
    evidence: [transcriptEvidence(what, session, dialogues)],
  };
}

function nothingSeen(
  { where }: TlsSession,
  what: string,
  missing: Completeness['missing'],
  evidence: AssayError['evidence'],
): AssayError {
  const [first] = missing;
  const why = first === undefined ? 'no version from TLS 1.0 on is accepted' : `${first.what}: ${first.why}`;
  return new AssayError(
    'ERR_NO_HANDSHAKE',
    `expected a handshake of ${where} that shows ${what}, got none (${why})`,
    {
      remedy: 'Look at the transcript in the evidence: it holds every byte of each handshake.',
      evidence,
    },
  );
}
