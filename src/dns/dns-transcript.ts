import { Buffer } from 'node:buffer';
import { AssayError, type DnsZone } from '../model/index.ts';
import { type Lookup, type NoAnswer, noAnswer, type Question, type Reply, requestOf } from './lookup.ts';
import { answers, decodeMessage, encodeQuery, type Message } from './message.ts';
import { type ExchangeEnd, exchangeEnds, resolution, type Sending, type Silence } from './resolution.ts';
import { type TransferAsk, transferRequest } from './transfer.ts';

/** One message to a server, and what came back, as evidence has it. */
export interface RecordedExchange {
  /** `192.0.2.53:53`. */
  readonly server: string;
  readonly transport: string;
  readonly sent: Uint8Array;
  readonly received: Uint8Array;
  readonly ended: ExchangeEnd;
}

/** The evidence of a fact about a zone: what it follows from. */
export interface DnsTranscript {
  readonly zone: string;
  readonly declared: Pick<DnsZone, 'issuers' | 'mail' | 'names' | 'selectors'>;
  /** The servers that were asked, in words, in their order. */
  readonly resolvers: readonly string[];
  /** By request, in the order had. */
  readonly exchanges: ReadonlyMap<string, readonly RecordedExchange[]>;
  /** Why there is no answer, by request. */
  readonly unanswered: ReadonlyMap<string, NoAnswer>;
  /** What came of anything else, by what it is. */
  note(key: string): unknown;
}

type Members = Readonly<Record<string, unknown>>;

/**
 * Reads an evidence file about a zone.
 *
 * @throws AssayError ERR_DNS_REPLAY for what is none
 */
export function parseDnsTranscript(text: string): DnsTranscript {
  const file = objectOf(parsed(text), 'transcript');
  const { zone, declared, resolvers, messages, unanswered } = file;
  if (typeof zone !== 'string' || !isTexts(resolvers) || !Array.isArray(messages))
    throw malformed('transcript');
  const exchanges = new Map<string, RecordedExchange[]>();
  for (const message of messages.map((each) => objectOf(each, 'message'))) {
    const request = String(message.request);
    exchanges.set(request, [...(exchanges.get(request) ?? []), exchangeOf(message)]);
  }
  const silent = Object.entries(objectOf(unanswered, 'list of what was not answered'));
  return {
    zone,
    declared: declaredOf(objectOf(declared, 'declaration')),
    resolvers,
    exchanges,
    unanswered: new Map(silent.map(([request, value]) => [request, silenceOf(objectOf(value, 'reason'))])),
    note: (key) => (Object.hasOwn(file, key) ? file[key] : undefined),
  };
}

/**
 * Runs an inquiry over its evidence, and gives its result again.
 *
 * @throws AssayError ERR_DNS_REPLAY where it would have asked something else
 */
export function replayLookup<T>(lookup: Lookup<T>, transcript: DnsTranscript): T {
  let step = lookup.next();
  while (!step.done) step = lookup.next(step.value.map((question) => replyAgain(question, transcript)));
  return step.value;
}

/** Why nothing more was asked (time, budget, a resolver that was silent before) is taken as recorded. */
function replyAgain(question: Question, { resolvers, exchanges, unanswered }: DnsTranscript): Reply {
  const request = requestOf(question);
  const recorded = [...(exchanges.get(request) ?? [])];
  const asking = resolution(question, resolvers);
  let step = asking.next();
  while (!step.done) {
    const next = recorded.shift();
    if (next === undefined) {
      const why = unanswered.get(request);
      if (why === undefined) throw unlike(`an answer to "${request}"`, 'none');
      return why;
    }
    step = asking.next(heard(step.value, next, resolvers));
  }
  if (recorded.length > 0) throw unlike(`no message about "${request}" after its answer`, 'one');
  return step.value;
}

/**
 * What came of one connection to a name server.
 *
 * @param server as evidence has it
 * @throws AssayError ERR_DNS_REPLAY where that was not asked, or not once
 */
export function transferAgain(
  asked: TransferAsk,
  server: string,
  transcript: DnsTranscript,
): RecordedExchange {
  const { zone, exchanges } = transcript;
  const request = transferRequest(zone, asked, server);
  const [recorded, another] = exchanges.get(request) ?? [];
  if (recorded === undefined || another !== undefined) throw unlike(`one "${request}"`, 'none or several');
  const { sent, received, ended } = recorded;
  const query = encodeQuery({
    ...{ name: zone, type: asked.type, id: idOf(sent), recursive: false, edns: false },
  });
  const isIt = recorded.server === server && recorded.transport === 'tcp';
  if (!isIt || Buffer.compare(query, sent) !== 0) throw unlike(`"${request}"`, 'another question');
  if (ended === 'answered' && !answers(received, sent)) throw unlike(`an answer to "${request}"`, 'another');
  return recorded;
}

const idOf = (sent: Uint8Array): number => ((sent[0] ?? 0) << 8) | (sent[1] ?? 0);

function heard(
  { server, transport, name, type, edns }: Sending,
  recorded: RecordedExchange,
  resolvers: readonly string[],
): Message | Silence {
  const { sent, received, ended } = recorded;
  const query = encodeQuery({ name, type, id: idOf(sent), recursive: true, edns });
  const isIt = recorded.server === resolvers[server] && recorded.transport === transport;
  if (!isIt || Buffer.compare(query, sent) !== 0) throw unlike(`the question ${name} ${type}`, 'another');
  if (ended !== 'answered') return ended;
  if (!answers(received, sent)) throw unlike(`an answer to ${name} ${type}`, 'another message');
  return decodeMessage(received) ?? 'not-dns';
}

function exchangeOf({ server, transport, sent, received, ended }: Members): RecordedExchange {
  const end = exchangeEnds.find((each) => each === ended);
  if (typeof server !== 'string' || typeof transport !== 'string' || end === undefined)
    throw malformed('message');
  return { server, transport, sent: bytesOf(sent), received: bytesOf(received), ended: end };
}

function bytesOf(value: unknown): Uint8Array {
  if (typeof value !== 'string' || !/^(?:[0-9a-f]{2})*$/.test(value)) throw malformed('message');
  return Buffer.from(value, 'hex');
}

function silenceOf({ code, why }: Members): NoAnswer {
  if (typeof code !== 'string' || typeof why !== 'string') throw malformed('reason');
  return noAnswer(code, why);
}

function declaredOf({ issuers, mail, names, selectors }: Members): DnsTranscript['declared'] {
  if (!isTexts(names) || !isTexts(selectors)) throw malformed('declaration');
  if (issuers !== undefined && !isTexts(issuers)) throw malformed('declaration');
  if (mail !== undefined && typeof mail !== 'boolean') throw malformed('declaration');
  return {
    names,
    selectors,
    ...(issuers === undefined ? {} : { issuers }),
    ...(mail === undefined ? {} : { mail }),
  };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed('JSON');
  }
}

function objectOf(value: unknown, what: string): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(what);
  return value as Members;
}

function malformed(what: string): AssayError {
  return unlike(`the ${what} of a transcript`, 'something else');
}

export function unlike(expected: string, got: string): AssayError {
  return new AssayError('ERR_DNS_REPLAY', `expected ${expected}, got ${got}`, {
    remedy: 'The evidence was made by another version of assay, or altered.',
  });
}
