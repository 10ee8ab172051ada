import { AssayError, type Completeness } from '../../model/index.ts';
import type { Silence } from '../../tls/answer.ts';
import { versions } from '../../tls/facts/versions.ts';
import { offerInWords } from '../../tls/offers.ts';
import { type Answers, type FinalAnswer, probeVersions } from '../../tls/prober.ts';
import type { RecordedDialogue } from '../../tls/recorded-dialogue.ts';
import { type ProtocolVersion, protocolVersions } from '../../tls/registry.ts';
import { versionsValue } from '../../tls/versions-value.ts';
import type { Collected, FactCollector } from '../collector.ts';
import { networkFailure } from '../network-error.ts';
import { converse } from './converse.ts';
import { transcriptEvidence, wholeTranscript } from './evidence.ts';
import type { TlsSession } from './session.ts';

const versionNames = Object.keys(protocolVersions) as ProtocolVersion[];

/** Which protocol versions the endpoint accepts and refuses, each asked at the record layer. */
export const versionsCollector: FactCollector<TlsSession> = {
  fact: versions.name,
  needs: [],
  plan: {
    requests: [
      ...versionNames.map((version) => `${version} ClientHello, with all that it can carry`),
      'for what is not answered: the same in 255 bytes',
      'for TLSv1.3: once more with the key that the server asked for',
      'for what is refused otherwise than by protocol_version: once more, between two hellos that were accepted',
    ],
    // Six versions, five of them in 255 bytes, of which two may be asked early; one key; six again between two.
    connections: 6 + 7 + 1 + 6 + 2,
  },
  collect: collectVersions,
};

const seenHere = 'the protocol versions';

async function collectVersions(session: TlsSession): Promise<Collected> {
  const { value: answers, dialogues } = await converse(session, probeVersions(session));
  const value = versionsValue(answers);
  const returned = Object.keys(value).length;
  if (returned === 0) throw nothingDefinite(session, answers, dialogues);
  const evidence = transcriptEvidence(seenHere, session, dialogues, conclusionsOf(answers));
  return {
    value,
    method: 'TEST',
    completeness: [completenessOf(answers, returned)],
    requests: requestsInWords(session, dialogues),
    evidence: [evidence],
  };
}

function conclusionsOf(answers: Answers): Record<string, string> {
  const known = versionNames.flatMap((version) => {
    const answer = answers.get(version);
    return answer === undefined ? [] : [[version, inWords(answer)] as const];
  });
  return Object.fromEntries(known);
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

function requestsInWords({ serverName }: TlsSession, dialogues: readonly RecordedDialogue[]): string[] {
  return versionNames.flatMap((version) => {
    const [first, ...further] = dialogues.flatMap(({ label }) =>
      label.startsWith(`${version} `) ? [label.slice(version.length + 1)] : [],
    );
    if (first === undefined) return [];
    const offer = version === 'SSLv2' ? 'every cipher kind' : offerInWords(version, serverName);
    const also = further.length === 0 ? '' : `; then ${further.join(', ')}`;
    return [`${version} ClientHello: ${offer}${also}`];
  });
}

/** What to say where no version got a definite answer: the most telling of what was seen. */
function nothingDefinite(
  session: TlsSession,
  answers: Answers,
  dialogues: readonly RecordedDialogue[],
): AssayError {
  const evidence = wholeTranscript(seenHere, session, dialogues, conclusionsOf(answers));
  const seen = new Map<Silence, string>();
  for (const answer of answers.values()) if (answer.kind === 'none') seen.set(answer.silence, answer.why);
  const expected = `expected TLS from ${session.where}, got`;
  if (seen.has('not-tls')) {
    const { got, remedy } = dialogues.some(beginsAsHttp) ? plainHttp : foreign;
    return new AssayError('ERR_NOT_TLS', `${expected} ${got}`, { remedy, evidence: [evidence] });
  }
  const indefinite = seen.get('indefinite');
  if (indefinite !== undefined) {
    const message = `${expected} no definite answer for any version: ${indefinite}`;
    const remedy =
      'Check the name (SNI) under which the server expects to be asked, and that it is a TLS server.';
    return new AssayError('ERR_NO_DEFINITE_ANSWER', message, { remedy, evidence: [evidence] });
  }
  const failure = (['timed-out', 'reset', 'closed'] as const).find((each) => seen.has(each)) ?? 'unreachable';
  const { code, message, remedy = '' } = networkFailure(failure, session.where);
  const isSilent = failure === 'timed-out' && session.starttls !== undefined;
  return new AssayError(code, message, {
    remedy: `${isSilent ? `TLS may begin at once here: ${atOnce(session)}. ` : ''}${remedy}`,
    evidence: [evidence],
  });
}

const foreign = {
  got: 'something else',
  remedy: 'Check the port: something answers there that is not TLS.',
};
const plainHttp = {
  got: 'HTTP without TLS',
  remedy: 'Name the port on which it speaks https; plain HTTP beside it is named by http-port (--http-port).',
};

function beginsAsHttp({ steps }: RecordedDialogue): boolean {
  const [first] = steps;
  return first !== undefined && Buffer.from(first.received.subarray(0, 5)).toString('latin1') === 'HTTP/';
}

function atOnce({ host, port }: TlsSession): string {
  return `tls://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
