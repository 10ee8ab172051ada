import { noAnswer } from '../../dns/lookup.ts';
import type { FactCollector } from '../collector.ts';
import { startAsking } from './asking.ts';
import type { DnsSession } from './session.ts';

/** What is asked beside each fact. */
export const existenceRequest = 'NS of the zone: of one that does not exist nothing is seen';

/** The collector of a fact, for zones that exist: what is not there publishes nothing, and is no finding. */
export function ofExisting(source: FactCollector<DnsSession>): FactCollector<DnsSession> {
  return {
    ...source,
    async collect(session, read, context) {
      await requireExistence(session);
      return source.collect(session, read, context);
    },
  };
}

/** @throws AssayError ERR_NOT_A_ZONE where the resolver says that there is no such name */
async function requireExistence(session: DnsSession): Promise<void> {
  const { zone } = session;
  const asking = startAsking(session);
  const { reply } = await asking.ask({ name: zone, type: 'NS' });
  if (reply.kind !== 'nxdomain' || reply.aliases.length > 0) return;
  throw asking.failure(`the zone ${zone}`, noAnswer('ERR_NOT_A_ZONE', 'NXDOMAIN: there is no such name'));
}
