import { admissionsOf } from '../../postgres/hba-facts.ts';
import type { FactCollector } from '../collector.ts';
import { startAsking } from './asking.ts';
import { readRuling, rulingBasis, rulingQueries } from './ruling.ts';
import type { PostgresSession } from './session.ts';
import { verbatim } from './verbatim.ts';

export const admissions: FactCollector<PostgresSession> = {
  fact: 'postgres.admissions',
  needs: [],
  plan: { requests: verbatim(...rulingQueries), connections: 0 },
  collect: async (session) => {
    const asking = startAsking();
    const { ruling, missing } = await readRuling(session, asking);
    const value = admissionsOf(ruling);
    const returned = value.length;
    return {
      value,
      method: 'EXAMINE',
      completeness: [{ list: '', basis: rulingBasis, returned, total: returned, missing }],
      requests: asking.requests,
      evidence: asking.evidence,
    };
  },
};
