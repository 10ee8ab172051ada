import { hbaOf } from '../../postgres/hba-facts.ts';
import type { FactCollector } from '../collector.ts';
import { startAsking } from './asking.ts';
import { readRuling, rulingBasis, rulingQueries } from './ruling.ts';
import type { PostgresSession } from './session.ts';
import { verbatim } from './verbatim.ts';

export const hba: FactCollector<PostgresSession> = {
  fact: 'postgres.hba',
  needs: [],
  plan: { requests: verbatim(...rulingQueries), connections: 0 },
  collect: async (session) => {
    const asking = startAsking();
    const { ruling, missing } = await readRuling(session, asking);
    const value = hbaOf(ruling);
    const returned = value.rules.length;
    return {
      value,
      method: 'EXAMINE',
      completeness: [{ list: '/rules', basis: rulingBasis, returned, total: returned, missing }],
      requests: asking.requests,
      evidence: asking.evidence,
      withheld: ['options of rules other than clientcert, clientname and map', 'the text of lines in error'],
    };
  },
};
