import type { Server } from '../../postgres/facts/server.ts';
import { platformOf, platformQuery } from '../../postgres/platform.ts';
import { sessionQuery } from '../../postgres/queries.ts';
import { booleanOf, integerOf } from '../../postgres/row.ts';
import type { FactCollector } from '../collector.ts';
import { startAsking } from './asking.ts';
import type { Transport } from './protection.ts';
import type { PostgresSession } from './session.ts';
import { verbatim } from './verbatim.ts';

export const server: FactCollector<PostgresSession> = {
  fact: 'postgres.server',
  needs: [],
  plan: { requests: verbatim(sessionQuery, platformQuery), connections: 0 },
  collect: async (session) => {
    const { self, major, transport } = session;
    const asking = startAsking();
    asking.keep(sessionQuery, [self]);
    const platform = (await asking.ask(session, platformQuery)).map(platformOf)[0];
    const value: Server = {
      versionNumber: integerOf(self, 'version_number'),
      major,
      inRecovery: booleanOf(self, 'in_recovery'),
      ...(platform === undefined ? {} : { platform }),
      ...carriage(transport),
    };
    return {
      value,
      method: 'TEST',
      completeness: [],
      requests: asking.requests,
      evidence: asking.evidence,
    };
  },
};

function carriage(transport: Transport): Pick<Server, 'transport' | 'tlsVersion' | 'cipher' | 'certificate'> {
  if (transport.kind !== 'tls') return { transport: transport.kind };
  const { version, cipher, certificate } = transport;
  return { transport: 'tls', tlsVersion: version, cipher, certificate };
}
