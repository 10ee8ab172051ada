import { randomInt } from 'node:crypto';
import { type Authority, lookUpAuthorities } from '../../dns/authorities.ts';
import { noAnswer } from '../../dns/lookup.ts';
import { decodeMessage, encodeQuery, type Message } from '../../dns/message.ts';
import type { RecordType } from '../../dns/records.ts';
import { inWords } from '../../dns/server-address.ts';
import type { Asking } from './asking.ts';
import { askByDatagram } from './datagram.ts';
import type { Exchange } from './exchange.ts';
import type { DnsSession } from './session.ts';
import { askByStream } from './stream.ts';

/**
 * The name servers of a zone with their addresses.
 *
 * @throws AssayError where the resolver does not tell, or there is none
 */
export async function authoritiesOf(session: DnsSession, asking: Asking): Promise<readonly Authority[]> {
  const { zone } = session;
  const found = await asking.run(lookUpAuthorities(zone));
  if (!('kind' in found)) return found;
  const none = noAnswer('ERR_NOT_A_ZONE', 'none: it is no zone of its own, or does not exist');
  throw asking.failure(`name servers of ${zone}`, found.kind === 'none' ? found : none);
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
