import { AssayError } from '../../model/index.ts';
import { type FlawName, flawNames, flaws } from '../../tls/facts/flaws.ts';
import { type Versions, versions } from '../../tls/facts/versions.ts';
import { flawsValue } from '../../tls/flaws/flaws-value.ts';
import type { FlawVerdicts } from '../../tls/flaws/probe-flaws.ts';
import type { FactCollector } from '../collector.ts';
import { converse } from './converse.ts';
import { transcriptEvidence, wholeTranscript } from './evidence.ts';
import type { TlsSession } from './session.ts';

const seenHere = 'known flaws';

/** Collects `tls.flaws`. */
export const flawsCollector: FactCollector<TlsSession> = {
  fact: flaws.name,
  needs: [versions.name],
  plan: {
    requests: [
      'heartbleed, in each accepted version before TLS 1.3: a heartbeat request that counts its own padding as payload: a server with the flaw sends back that padding, and nothing of its memory',
      'ccs-injection, in each accepted version before TLS 1.3: ChangeCipherSpec before its time',
      'robot, in each accepted version before TLS 1.3: a hello for RSA key transport, which where it is refused comes again between two hellos with every suite; then five premaster secrets, four of them padded wrong, twice, each followed by a Finished that cannot be right; and the same five alone, up to three times',
      'ticketbleed: a completed handshake of the highest accepted version before TLS 1.3; then its ticket, with a session id of 31 bytes: a server with the flaw adds one byte of its memory, which is not kept',
    ],
    connections: 4 * (1 + 2 + 1 + 2 * 5 + 3 * 5) + 2,
  },
  async collect(session, read) {
    const accepted = (await read(versions.name)) as Versions;
    const { probeFlaws } = await import('../../tls/flaws/probe-flaws.ts');
    const { value: verdicts, dialogues } = await converse(session, probeFlaws(accepted, session));
    const conclusions = Object.fromEntries(flawNames.map((name) => [name, inWords(verdicts, name)]));
    const value = flawsValue(verdicts);
    const returned = Object.keys(value).length;
    if (returned === 0) {
      const evidence = [wholeTranscript(seenHere, session, dialogues, conclusions)];
      throw nothingDefinite(session, verdicts, evidence);
    }
    const missing = flawNames.flatMap((what) => {
      const verdict = verdicts[what];
      return verdict.kind === 'unknown' ? [{ what, why: verdict.why }] : [];
    });
    const basis = 'each flaw tried by a probe of its own';
    return {
      value,
      method: 'TEST',
      completeness: [{ list: '', basis, returned, total: flawNames.length, missing }],
      requests: dialogues.map(({ label }) => `probe: ${label}`),
      evidence: [transcriptEvidence(seenHere, session, dialogues, conclusions)],
    };
  },
};

function inWords(verdicts: FlawVerdicts, name: FlawName): string {
  const verdict = verdicts[name];
  return verdict.kind === 'unknown'
    ? `no definite answer: ${verdict.why}`
    : `${verdict.kind} (decided by probe): ${verdict.how}`;
}

function nothingDefinite(
  { where }: TlsSession,
  verdicts: FlawVerdicts,
  evidence: AssayError['evidence'],
): AssayError {
  const [first] = flawNames.map((name) => inWords(verdicts, name));
  return new AssayError(
    'ERR_NO_DEFINITE_ANSWER',
    `expected an answer of ${where} to probes for known flaws, got ${first}`,
    { remedy: 'Look at the transcript in the evidence; a firewall may end such connections.', evidence },
  );
}
