import { Buffer } from 'node:buffer';
import { randomInt } from 'node:crypto';
import type { Authority } from '../../dns/authorities.ts';
import { type Transfer, transfer } from '../../dns/facts/transfer.ts';
import { decodeFirstAnswer, encodeQuery, upToFirstAnswer } from '../../dns/message.ts';
import { inWords } from '../../dns/server-address.ts';
import { type TransferAnswer, type TransferAsk, transferRequest, tryTransfer } from '../../dns/transfer.ts';
import type { Completeness } from '../../model/index.ts';
import type { FactCollector } from '../collector.ts';
import { type Asking, startAsking } from './asking.ts';
import { authoritiesOf } from './authority.ts';
import type { Exchange } from './exchange.ts';
import type { DnsSession } from './session.ts';
import { askByStream } from './stream.ts';

/** Collects `dns.transfer`: one AXFR for each address of each name server, of which at most one record is read. */
export const transferCollector: FactCollector<DnsSession> = {
  fact: transfer.name,
  needs: [],
  plan: {
    requests: [
      'NS and their addresses; of each address of each name server one AXFR, of which the first record is read; where it hangs up, again between two SOA',
    ],
  },
  async collect(session) {
    const asking = startAsking(session);
    const authorities = await authoritiesOf(session, asking);
    asking.note('authorities', { port: session.ports.authority });
    const places = authorities.flatMap(({ server, addresses = [] }) =>
      addresses.map((address) => ({ server, address })),
    );
    // Servers of different names may have the same address: it is asked once.
    const asked = new Map<string, Promise<TransferAnswer>>();
    const answerAt = (address: string): Promise<TransferAnswer> => {
      const answer = asked.get(address) ?? transferFrom(session, asking, address);
      asked.set(address, answer);
      return answer;
    };
    const value = await Promise.all(
      places.map(async (place) => ({ ...place, ...(await answerAt(place.address)) })),
    );
    return {
      value: value satisfies Transfer,
      method: 'TEST',
      completeness: [completenessOf(authorities, value.length)],
      requests: asking.requests,
      evidence: [asking.evidence('every question about name servers, and the first record of each transfer')],
    };
  },
};

function completenessOf(authorities: readonly Authority[], returned: number): Completeness {
  const missing = authorities
    .filter(({ addresses, gone }) => !gone && (addresses === undefined || addresses.length === 0))
    .map(({ server }) => ({ what: server, why: 'it has no address that could be found' }));
  return {
    list: '',
    basis: 'every address of every name server of the zone, as the resolver has them',
    returned,
    missing,
  };
}

async function transferFrom(session: DnsSession, asking: Asking, address: string): Promise<TransferAnswer> {
  const trying = tryTransfer();
  let step = trying.next();
  while (!step.done) step = trying.next(await askFor(step.value, session, asking, address));
  return step.value;
}

async function askFor(
  asked: TransferAsk,
  session: DnsSession,
  asking: Asking,
  address: string,
): Promise<Exchange> {
  const server = { address, port: session.ports.authority };
  const { budget, zone } = session;
  const sent = encodeQuery({
    ...{ name: zone, type: asked.type, id: randomInt(0x10000), recursive: false, edns: false },
  });
  const exchange: Exchange = budget.spend()
    ? await session.limit(() =>
        askByStream(sent, server, budget, (soFar) => decodeFirstAnswer(soFar) !== undefined),
      )
    : { server, transport: 'tcp', sent, received: Buffer.alloc(0), ended: 'too-much' };
  // What came in the same packet as the first record is not kept: no zone is copied.
  const kept = { ...exchange, received: Buffer.from(upToFirstAnswer(exchange.received)) };
  budget.received(kept.received.length);
  asking.keep(transferRequest(zone, asked, inWords(server)), [kept]);
  return kept;
}
