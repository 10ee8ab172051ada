import { randomInt } from 'node:crypto';
import {
  joined,
  noAnswer,
  type Onward,
  type Question,
  type Reply,
  replyOf,
  unaskable,
} from '../../dns/lookup.ts';
import { decodeMessage, encodeQuery, type Message } from '../../dns/message.ts';
import { askByDatagram } from './datagram.ts';
import { type Exchange, type ExchangeEnd, inWords, type ServerAddress } from './exchange.ts';
import { askByStream } from './stream.ts';

/** What a session lends to each question: its clock, its patience and its purse. */
export interface Budget {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Counts what is about to be sent; false where the session has sent, or received, enough. */
  spend(): boolean;
  received(bytes: number): void;
}

export interface Resolved {
  readonly reply: Reply;
  readonly exchanges: readonly Exchange[];
}

/** Of the time for a question; a lost datagram is sent again. */
const shares = [0.25, 0.35, 0.4] as const;
/** No chain of aliases that anybody has is longer. */
const maxSteps = 8;

const silence: Readonly<Record<Exclude<ExchangeEnd, 'answered'>, readonly [code: string, why: string]>> = {
  'timed-out': ['ERR_TIMEOUT', 'no answer in time'],
  unreachable: ['ERR_UNREACHABLE', 'no way to the server'],
  reset: ['ERR_RESET', 'the connection was reset'],
  closed: ['ERR_CLOSED', 'the connection was closed'],
  'too-much': ['ERR_DNS_BUDGET', 'more questions or answers than one look may have'],
  'not-dns': ['ERR_DNS_ANSWER', 'what came is no answer to the question'],
};

/** A question put to the resolvers in turn, until one says something definite. */
export async function resolve(
  question: Question,
  resolvers: readonly ServerAddress[],
  budget: Budget,
): Promise<Resolved> {
  const exchanges: Exchange[] = [];
  const reply = unaskable(question.name) ?? (await follow(question, resolvers, budget, exchanges));
  return { reply, exchanges };
}

async function follow(
  question: Question,
  resolvers: readonly ServerAddress[],
  budget: Budget,
  exchanges: Exchange[],
): Promise<Reply> {
  const steps: Onward[] = [];
  let { name } = question;
  while (steps.length < maxSteps) {
    const reply = await askInTurn({ ...question, name }, resolvers, budget, exchanges);
    if (reply.kind !== 'onward') return steps.reduceRight<Reply>((rest, step) => joined(step, rest), reply);
    steps.push(reply);
    name = reply.target;
    const refused = unaskable(name);
    if (refused !== undefined) return refused;
  }
  return noAnswer('ERR_DNS_ALIASES', `the aliases of ${question.name} do not end`);
}

async function askInTurn(
  question: Question,
  resolvers: readonly ServerAddress[],
  budget: Budget,
  exchanges: Exchange[],
): Promise<Reply | Onward> {
  let last: Reply | Onward = noAnswer('ERR_DNS_RESOLVER', 'there is no resolver to ask');
  for (const server of resolvers) {
    last = await askOne(question, server, budget, exchanges);
    if (last.kind !== 'none') return last;
  }
  return last;
}

async function askOne(
  question: Question,
  server: ServerAddress,
  budget: Budget,
  exchanges: Exchange[],
): Promise<Reply | Onward> {
  let last = noAnswer('ERR_TIMEOUT', 'not asked');
  let edns = true;
  for (const share of shares) {
    const limits = { signal: budget.signal, timeoutMs: Math.ceil(budget.timeoutMs * share) };
    const answer = await converse({ ...question, edns }, server, limits, budget, exchanges);
    if (typeof answer === 'string') {
      const [code, why] = silence[answer];
      last = noAnswer(code, `${why} (${inWords(server)})`);
      if (answer === 'too-much' || budget.signal.aborted) return last;
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

interface Asked extends Question {
  readonly edns: boolean;
}

/** One query by datagram, and again by stream where the answer did not fit. */
async function converse(
  asked: Asked,
  server: ServerAddress,
  limits: { readonly signal: AbortSignal; readonly timeoutMs: number },
  budget: Budget,
  exchanges: Exchange[],
): Promise<Message | Exclude<ExchangeEnd, 'answered'>> {
  const first = await send(asked, server, limits, budget, exchanges, askByDatagram);
  if (typeof first === 'string' || !first.truncated) return first;
  const second = await send(asked, server, limits, budget, exchanges, askByStream);
  return typeof second !== 'string' && second.truncated ? 'not-dns' : second;
}

async function send(
  asked: Asked,
  server: ServerAddress,
  limits: { readonly signal: AbortSignal; readonly timeoutMs: number },
  budget: Budget,
  exchanges: Exchange[],
  by: typeof askByDatagram,
): Promise<Message | Exclude<ExchangeEnd, 'answered'>> {
  if (!budget.spend()) return 'too-much';
  const query = encodeQuery({ ...asked, id: randomInt(0x10000), recursive: true });
  const exchange = await by(query, server, limits);
  exchanges.push(exchange);
  budget.received(exchange.received.length);
  if (exchange.ended !== 'answered') return exchange.ended;
  return decodeMessage(exchange.received) ?? 'not-dns';
}
