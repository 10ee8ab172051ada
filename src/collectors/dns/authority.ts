import { randomInt } from 'node:crypto';
import { addressesOf, noAnswer, type Reply, targetsIn } from '../../dns/lookup.ts';
import { decodeMessage, encodeQuery, type Message } from '../../dns/message.ts';
import type { RecordType } from '../../dns/records.ts';
import type { Asking } from './asking.ts';
import { askByDatagram } from './datagram.ts';
import { type Exchange, inWords } from './exchange.ts';
import type { DnsSession } from './session.ts';
import { askByStream } from './stream.ts';

/** A name server of a zone. */
export interface Authority {
  readonly server: string;
  /** Undefined: they could not be found out. */
  readonly addresses: readonly string[] | undefined;
  /** The name does not exist. */
  readonly gone: boolean;
}

const maxServers = 20;
const maxAddresses = 8;

/**
 * The name servers of a zone with their addresses.
 *
 * @throws AssayError where the resolver does not tell, or there is none
 */
export async function authoritiesOf(session: DnsSession, asking: Asking): Promise<readonly Authority[]> {
  const { zone } = session;
  const { reply } = await asking.ask({ name: zone, type: 'NS' });
  if (reply.kind === 'none') throw asking.failure(`name servers of ${zone}`, reply);
  const names = targetsIn(reply);
  const none = noAnswer('ERR_NOT_A_ZONE', 'none: it is no zone of its own, or does not exist');
  if (names.length === 0) throw asking.failure(`name servers of ${zone}`, none);
  return serversAt(names, asking);
}

export async function serversAt(names: readonly string[], asking: Asking): Promise<readonly Authority[]> {
  const distinct = [...new Set(names)].sort().slice(0, maxServers);
  return Promise.all(distinct.map((server) => authorityAt(server, asking)));
}

async function authorityAt(server: string, asking: Asking): Promise<Authority> {
  const [v4, v6] = await Promise.all([
    asking.ask({ name: server, type: 'A' }),
    asking.ask({ name: server, type: 'AAAA' }),
  ]);
  const gone = (reply: Reply): boolean => reply.kind === 'nxdomain';
  const known = addressesOf(v4.reply, v6.reply) ?? partOf(v4.reply, v6.reply);
  return { server, addresses: known?.slice(0, maxAddresses), gone: gone(v4.reply) || gone(v6.reply) };
}

/** Addresses of one family alone still are addresses. */
function partOf(...replies: readonly Reply[]): readonly string[] | undefined {
  const found = replies.flatMap((reply) =>
    reply.kind === 'records'
      ? reply.records.flatMap((record) => ('address' in record ? [record.address] : []))
      : [],
  );
  return found.length === 0 ? undefined : found;
}

/** What an authoritative server says, asked directly and without recursion. */
export async function askAuthority(
  session: DnsSession,
  asking: Asking,
  address: string,
  question: { readonly name: string; readonly type: RecordType },
): Promise<Message | undefined> {
  const server = { address, port: session.ports.authority };
  const exchanges: Exchange[] = [];
  const send = async (by: typeof askByDatagram): Promise<Message | undefined> => {
    if (!session.budget.spend()) return undefined;
    const query = encodeQuery({ ...question, id: randomInt(0x10000), recursive: false, edns: true });
    const limits = { signal: session.budget.signal, timeoutMs: Math.ceil(session.budget.timeoutMs / 2) };
    const exchange = await session.limit(() => by(query, server, limits));
    exchanges.push(exchange);
    session.budget.received(exchange.received.length);
    return exchange.ended === 'answered' ? decodeMessage(exchange.received) : undefined;
  };
  const first = (await send(askByDatagram)) ?? (await send(askByDatagram));
  const message = first?.truncated ? await send(askByStream) : first;
  asking.keep(`${question.name} ${question.type} at ${inWords(server)}`, exchanges);
  return message;
}
