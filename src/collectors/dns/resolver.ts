import { randomInt } from 'node:crypto';
import type { Question, Reply } from '../../dns/lookup.ts';
import { decodeMessage, encodeQuery, type Message } from '../../dns/message.ts';
import { resolution, type Sending, type Silence, silent } from '../../dns/resolution.ts';
import { inWords, type ServerAddress } from '../../dns/server-address.ts';
import { askByDatagram } from './datagram.ts';
import type { Exchange } from './exchange.ts';
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

/** A question put to the resolvers in turn, until one says something definite, or there is no more to spend. */
export async function resolve(
  question: Question,
  resolvers: readonly ServerAddress[],
  budget: Budget,
): Promise<Resolved> {
  const exchanges: Exchange[] = [];
  const asking = resolution(question, resolvers.map(inWords));
  let step = asking.next();
  while (!step.done) {
    const server = resolvers[step.value.server] as ServerAddress;
    const heard = await send(step.value, server, budget, exchanges);
    const isOver = heard === 'too-much' || budget.signal.aborted;
    if (isOver && typeof heard === 'string') return { reply: silent(heard, inWords(server)), exchanges };
    step = asking.next(heard);
  }
  return { reply: step.value, exchanges };
}

async function send(
  { share, transport, ...asked }: Sending,
  server: ServerAddress,
  budget: Budget,
  exchanges: Exchange[],
): Promise<Message | Silence> {
  if (!budget.spend()) return 'too-much';
  const query = encodeQuery({ ...asked, id: randomInt(0x10000), recursive: true });
  const limits = { signal: budget.signal, timeoutMs: Math.ceil(budget.timeoutMs * share) };
  const exchange = await (transport === 'udp' ? askByDatagram : askByStream)(query, server, limits);
  exchanges.push(exchange);
  budget.received(exchange.received.length);
  if (exchange.ended !== 'answered') return exchange.ended;
  return decodeMessage(exchange.received) ?? 'not-dns';
}
