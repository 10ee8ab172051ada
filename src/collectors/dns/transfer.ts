import { Buffer } from 'node:buffer';
import { randomInt } from 'node:crypto';
import { type Transfer, transfer } from '../../dns/facts/transfer.ts';
import { decodeFirstAnswer, encodeQuery, upToFirstAnswer } from '../../dns/message.ts';
import { type TransferAnswer, transferAnswer } from '../../dns/transfer.ts';
import type { Completeness } from '../../model/index.ts';
import type { FactCollector } from '../collector.ts';
import { type Asking, startAsking } from './asking.ts';
import { type Authority, authoritiesOf } from './authority.ts';
import { type Exchange, inWords } from './exchange.ts';
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
    const places = authorities.flatMap(({ server, addresses = [] }) =>
      addresses.map((address) => ({ server, address })),
    );
    const value = await Promise.all(
      places.map(async (place) => ({ ...place, ...(await tryTransfer(session, asking, place.address)) })),
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

async function tryTransfer(session: DnsSession, asking: Asking, address: string): Promise<TransferAnswer> {
  const first = await askFor('AXFR', session, asking, address);
  const answer = transferAnswer(first);
  if (answer !== 'ended') return answer;
  // It hung up on the question: that says something only where it answers others before and after.
  const around = [await askFor('SOA', session, asking, address, 1)];
  const again = await askFor('AXFR', session, asking, address, 2);
  around.push(await askFor('SOA', session, asking, address, 3));
  const second = transferAnswer(again);
  if (second !== 'ended') return second;
  return around.every(
    (one) => one.ended === 'answered' && decodeFirstAnswer(one.received)?.rcode === 'NOERROR',
  )
    ? { answer: 'refused', how: 'hung up, between two questions that it answered' }
    : { how: 'hung up, and did not answer other questions either' };
}

async function askFor(
  type: 'AXFR' | 'SOA',
  session: DnsSession,
  asking: Asking,
  address: string,
  turn = 0,
): Promise<Exchange> {
  const server = { address, port: session.ports.authority };
  const { budget, zone } = session;
  const sent = encodeQuery({ name: zone, type, id: randomInt(0x10000), recursive: false, edns: false });
  const exchange: Exchange = budget.spend()
    ? await session.limit(() =>
        askByStream(sent, server, budget, (soFar) => decodeFirstAnswer(soFar) !== undefined),
      )
    : { server, transport: 'tcp', sent, received: Buffer.alloc(0), ended: 'too-much' };
  // What came in the same packet as the first record is not kept: no zone is copied.
  const kept = { ...exchange, received: Buffer.from(upToFirstAnswer(exchange.received)) };
  budget.received(kept.received.length);
  asking.keep(`${zone} ${type} at ${inWords(server)} by TCP${turn === 0 ? '' : `, connection ${turn + 1}`}`, [
    kept,
  ]);
  return kept;
}
