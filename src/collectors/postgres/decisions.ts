import { decisionsOf } from '../../postgres/decisions.ts';
import type { FactCollector } from '../collector.ts';
import { startAsking } from './asking.ts';
import { readRuling, rulingBasis, rulingQueries } from './ruling.ts';
import type { PostgresSession } from './session.ts';
import { verbatim } from './verbatim.ts';

export const decisions: FactCollector<PostgresSession> = {
  fact: 'postgres.decisions',
  needs: [],
  plan: { requests: verbatim(...rulingQueries), connections: 0 },
  collect: async (session) => {
    const asking = startAsking();
    const { ruling, missing } = await readRuling(session, asking);
    const value = decisionsOf(ruling);
    const lists = {
      '/databases': value.databases.length,
      '/groups': value.groups.length,
      '/replicators': value.replicators.length,
    };
    return {
      value,
      method: 'EXAMINE',
      completeness: Object.entries(lists).map(([list, returned]) => ({
        list,
        basis: rulingBasis,
        returned,
        total: returned,
        missing,
      })),
      requests: asking.requests,
      evidence: asking.evidence,
    };
  },
};
