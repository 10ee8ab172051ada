import {
  joined,
  type NoAnswer,
  noAnswer,
  type Onward,
  type Question,
  type Reply,
  replyOf,
  unaskable,
} from './lookup.ts';
import type { Message } from './message.ts';

/** How one message to a server ended: `refused` is the network's word, not the server's. */
export const exchangeEnds = [
  'answered',
  'timed-out',
  'unreachable',
  'reset',
  'closed',
  'too-much',
  'not-dns',
] as const;
export type ExchangeEnd = (typeof exchangeEnds)[number];
export type Silence = Exclude<ExchangeEnd, 'answered'>;

/** One message to send. */
export interface Sending extends Question {
  /** Which of the resolvers. */
  readonly server: number;
  readonly transport: 'udp' | 'tcp';
  readonly edns: boolean;
  /** Of the time for a question. */
  readonly share: number;
}

/** What is said to resolvers for one question, sans-IO: yields messages and is fed what came back. */
export type Resolution<T> = Generator<Sending, T, Message | Silence>;

/** A lost datagram is sent again. */
const shares = [0.25, 0.35, 0.4] as const;
/** No chain of aliases that anybody has is longer. */
const maxSteps = 8;

const silences: Readonly<Record<Silence, readonly [code: string, why: string]>> = {
  'timed-out': ['ERR_TIMEOUT', 'no answer in time'],
  unreachable: ['ERR_UNREACHABLE', 'no way to the server'],
  reset: ['ERR_RESET', 'the connection was reset'],
  closed: ['ERR_CLOSED', 'the connection was closed'],
  'too-much': ['ERR_DNS_BUDGET', 'more questions or answers than one look may have'],
  'not-dns': ['ERR_DNS_ANSWER', 'what came is no answer to the question'],
};

/** What follows from an exchange that brought no message. */
export function silent(silence: Silence, server: string): NoAnswer {
  const [code, why] = silences[silence];
  return noAnswer(code, `${why} (${server})`);
}

/**
 * A question put to the resolvers in turn, until one says something definite.
 *
 * @param servers the resolvers in words: `192.0.2.53:53`
 */
export function* resolution(question: Question, servers: readonly string[]): Resolution<Reply> {
  const refused = unaskable(question.name);
  if (refused !== undefined) return refused;
  const steps: Onward[] = [];
  let { name } = question;
  while (steps.length < maxSteps) {
    const reply = yield* askInTurn({ ...question, name }, servers);
    if (reply.kind !== 'onward') return steps.reduceRight<Reply>((rest, step) => joined(step, rest), reply);
    steps.push(reply);
    name = reply.target;
    const wrong = unaskable(name);
    if (wrong !== undefined) return wrong;
  }
  return noAnswer('ERR_DNS_ALIASES', `the aliases of ${question.name} do not end`);
}

function* askInTurn(question: Question, servers: readonly string[]): Resolution<Reply | Onward> {
  let last: Reply | Onward = noAnswer('ERR_DNS_RESOLVER', 'there is no resolver to ask');
  for (const [server, words] of servers.entries()) {
    last = yield* askOne(question, server, words);
    if (last.kind !== 'none') return last;
  }
  return last;
}

function* askOne(question: Question, server: number, words: string): Resolution<Reply | Onward> {
  let last = noAnswer('ERR_TIMEOUT', 'not asked');
  let edns = true;
  for (const share of shares) {
    const answer = yield* converse({ ...question, server, edns, share });
    if (typeof answer === 'string') {
      last = silent(answer, words);
      continue;
    }
    const reply = replyOf(answer, question);
    if (reply.kind !== 'none') return reply;
    last = reply;
    // A server that does not know EDNS says so, or breaks; what it refuses, it refuses the second time too.
    if (!edns || answer.rcode === 'REFUSED') return last;
    edns = false;
  }
  return last;
}

/** One query by datagram, and again by stream where the answer did not fit. */
function* converse(asked: Omit<Sending, 'transport'>): Resolution<Message | Silence> {
  const first = yield { ...asked, transport: 'udp' };
  if (typeof first === 'string' || !first.truncated) return first;
  const second = yield { ...asked, transport: 'tcp' };
  return typeof second !== 'string' && second.truncated ? 'not-dns' : second;
}
