import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { AssayError, type Completeness, type EvidenceItem } from '../../model/index.ts';
import { keepablePart, type Silence } from '../../tls/answer.ts';
import type { Ending, Reply } from '../../tls/exchange.ts';
import { versions } from '../../tls/facts/versions.ts';
import { offerInWords } from '../../tls/offers.ts';
import { type Answers, type FinalAnswer, type Probe, type Purpose, probeVersions } from '../../tls/prober.ts';
import { type ProtocolVersion, protocolVersions } from '../../tls/registry.ts';
import type { Collected, FactCollector } from '../collector.ts';
import { networkFailure } from '../network-error.ts';
import { jsonEvidence } from './evidence.ts';
import type { TlsSession } from './session.ts';

/** One connection as the evidence shows it: enough to judge it again. */
interface TranscriptEntry {
  readonly version: ProtocolVersion;
  readonly purpose: Purpose;
  /** Hexadecimal. */
  readonly sent: string;
  /** Hexadecimal, what was read of the reply, at most 16 KB; of what is no TLS only the first bytes. */
  readonly received: string;
  readonly receivedBytes: number;
  readonly ended: Ending;
}

/** Which protocol versions the endpoint accepts and refuses, each asked at the record layer. */
export const versionsCollector: FactCollector<TlsSession> = {
  fact: versions.name,
  needs: [],
  collect: collectVersions,
};

async function collectVersions(session: TlsSession): Promise<Collected> {
  const transcript: TranscriptEntry[] = [];
  const answers = await converse(session, transcript);
  const evidence = transcriptEvidence(session, transcript, answers);
  const definite = [...answers].filter(([, answer]) => answer.kind !== 'none');
  if (definite.length === 0) throw nothingDefinite(session, answers, evidence);
  return {
    value: Object.fromEntries(definite.map(([version, answer]) => [version, answer.kind])),
    method: 'TEST',
    completeness: [completenessOf(answers, definite.length)],
    requests: requestsInWords(session, transcript),
    evidence: [evidence],
  };
}

async function converse(session: TlsSession, transcript: TranscriptEntry[]): Promise<Answers> {
  const prober = probeVersions({ serverName: session.serverName, random: randomBytes });
  let step = prober.next();
  while (!step.done) {
    const probes = step.value;
    const replies = await Promise.all(probes.map(({ hello, until }) => session.exchange(hello, until)));
    replies.forEach((reply, index) => {
      const probe = probes[index];
      if (probe !== undefined) transcript.push(transcriptEntry(probe, reply));
    });
    step = prober.next(replies);
  }
  return step.value;
}

function transcriptEntry({ version, purpose, hello }: Probe, { received, ended }: Reply): TranscriptEntry {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  return {
    ended,
    purpose,
    received: hex(keepablePart(version, received)),
    receivedBytes: received.length,
    sent: hex(hello),
    version,
  };
}

function transcriptEvidence(
  { host, address, port }: TlsSession,
  connections: readonly TranscriptEntry[],
  answers: Answers,
): EvidenceItem {
  const conclusions = versionNames.flatMap((version) => {
    const answer = answers.get(version);
    return answer === undefined ? [] : [[version, inWords(answer)]];
  });
  return jsonEvidence(
    'every connection made to see the protocol versions: what was sent, what came back, how it ended',
    { address, answers: Object.fromEntries(conclusions), connections, host, port },
  );
}

function inWords(answer: FinalAnswer): string {
  switch (answer.kind) {
    case 'accepted':
      return `accepted: answered with it and ${answer.suite}`;
    case 'refused':
      return `refused: ${answer.how}`;
    case 'none':
      return `no definite answer: ${answer.why}`;
  }
}

function completenessOf(answers: Answers, returned: number): Completeness {
  const missing = versionNames.flatMap((what) => {
    const answer = answers.get(what);
    if (answer === undefined) return [{ what, why: 'not asked' }];
    return answer.kind === 'none' ? [{ what, why: answer.why }] : [];
  });
  const basis = 'each version tried by its own ClientHello';
  return { list: '', basis, returned, total: versionNames.length, missing };
}

const versionNames = Object.keys(protocolVersions) as ProtocolVersion[];

function requestsInWords({ serverName }: TlsSession, transcript: readonly TranscriptEntry[]): string[] {
  return versionNames.flatMap((version) => {
    const entries = transcript.filter((entry) => entry.version === version);
    const [first, ...further] = entries.map(({ purpose }) => purpose);
    if (first === undefined) return [];
    const offer = version === 'SSLv2' ? 'every cipher kind' : offerInWords(version, serverName);
    const also = further.length === 0 ? '' : `; then ${further.join(', ')}`;
    return [`${version} ClientHello: ${offer}${also}`];
  });
}

/** What to say where no version got a definite answer: the most telling of what was seen. */
function nothingDefinite(session: TlsSession, answers: Answers, evidence: EvidenceItem): AssayError {
  const seen = new Map<Silence, string>();
  for (const answer of answers.values()) if (answer.kind === 'none') seen.set(answer.silence, answer.why);
  const expected = `expected TLS from ${session.where}, got`;
  if (seen.has('not-tls')) {
    const remedy = 'Check the port: something answers there that is not TLS.';
    return new AssayError('ERR_NOT_TLS', `${expected} something else`, { remedy, evidence: [evidence] });
  }
  const indefinite = seen.get('indefinite');
  if (indefinite !== undefined) {
    const message = `${expected} no definite answer for any version: ${indefinite}`;
    const remedy =
      'Check the name (SNI) under which the server expects to be asked, and that it is a TLS server.';
    return new AssayError('ERR_NO_DEFINITE_ANSWER', message, { remedy, evidence: [evidence] });
  }
  const failure = (['timed-out', 'reset', 'closed'] as const).find((each) => seen.has(each)) ?? 'unreachable';
  const { code, message, remedy } = networkFailure(failure, session.where);
  return new AssayError(code, message, { ...(remedy === undefined ? {} : { remedy }), evidence: [evidence] });
}
