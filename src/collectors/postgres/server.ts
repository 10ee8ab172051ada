import type { Server } from '../../postgres/facts/server.ts';
import { sessionQuery } from '../../postgres/queries.ts';
import { booleanOf, integerOf } from '../../postgres/row.ts';
import type { FactCollector } from '../collector.ts';
import type { Transport } from './protection.ts';
import { evidenceOf, type PostgresSession } from './session.ts';
import { verbatim } from './verbatim.ts';

export const server: FactCollector<PostgresSession> = {
  fact: 'postgres.server',
  needs: [],
  plan: { requests: verbatim(sessionQuery), connections: 0 },
  collect: async ({ self, major, transport }) => {
    const value: Server = {
      versionNumber: integerOf(self, 'version_number'),
      major,
      inRecovery: booleanOf(self, 'in_recovery'),
      ...carriage(transport),
    };
    return {
      value,
      method: 'TEST',
      completeness: [],
      requests: [sessionQuery.text],
      evidence: [evidenceOf(sessionQuery, [], [self])],
    };
  },
};

function carriage(transport: Transport): Pick<Server, 'transport' | 'tlsVersion' | 'cipher' | 'certificate'> {
  if (transport.kind !== 'tls') return { transport: transport.kind };
  const { version, cipher, certificate } = transport;
  return { transport: 'tls', tlsVersion: version, cipher, certificate };
}
