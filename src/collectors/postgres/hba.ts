import { hbaOf } from '../../postgres/derive.ts';
import type { FactCollector } from '../collector.ts';
import { startAsking } from './asking.ts';
import { readRules, rulesBasis, rulesQueries } from './rules.ts';
import type { PostgresSession } from './session.ts';
import { verbatim } from './verbatim.ts';

export const hba: FactCollector<PostgresSession> = {
  fact: 'postgres.hba',
  needs: [],
  plan: { requests: verbatim(...rulesQueries), connections: 0 },
  collect: async (session) => {
    const asking = startAsking();
    const { rules, missing } = await readRules(session, asking);
    return {
      value: hbaOf(rules),
      method: 'EXAMINE',
      completeness: [
        { list: '/rules', basis: rulesBasis, returned: rules.length, total: rules.length, missing },
      ],
      requests: asking.requests,
      evidence: asking.evidence,
      withheld: ['options of rules other than clientcert, clientname and map', 'the text of lines in error'],
    };
  },
};
