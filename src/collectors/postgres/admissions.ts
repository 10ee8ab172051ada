import { admissionsOf } from '../../postgres/derive.ts';
import type { FactCollector } from '../collector.ts';
import { startAsking } from './asking.ts';
import { allRoles, readRoles, roleQueries } from './role-rows.ts';
import { readRules, rulesBasis, rulesQueries } from './rules.ts';
import type { PostgresSession } from './session.ts';
import { verbatim } from './verbatim.ts';

export const admissions: FactCollector<PostgresSession> = {
  fact: 'postgres.admissions',
  needs: [],
  plan: { requests: verbatim(...rulesQueries, ...roleQueries), connections: 0 },
  collect: async (session) => {
    const asking = startAsking();
    const { rules, missing } = await readRules(session, asking);
    const { rows, memberships } = await readRoles(session, asking);
    const value = admissionsOf(rules, rows, memberships);
    const known = allRoles(value.length, 'every role that may log in');
    return {
      value,
      method: 'EXAMINE',
      completeness: [{ ...known, basis: `${known.basis}; against ${rulesBasis}`, missing }],
      requests: asking.requests,
      evidence: asking.evidence,
    };
  },
};
