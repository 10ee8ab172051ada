import { rolesOf } from '../../postgres/derive.ts';
import type { FactCollector } from '../collector.ts';
import { startAsking } from './asking.ts';
import { allRoles, readRoles, roleQueries } from './role-rows.ts';
import type { PostgresSession } from './session.ts';
import { verbatim } from './verbatim.ts';

export const roles: FactCollector<PostgresSession> = {
  fact: 'postgres.roles',
  needs: [],
  plan: { requests: verbatim(...roleQueries), connections: 0 },
  collect: async (session) => {
    const asking = startAsking();
    const { rows, memberships } = await readRoles(session, asking);
    const value = rolesOf(rows, memberships);
    return {
      value,
      method: 'EXAMINE',
      completeness: [allRoles(value.length, 'every role')],
      requests: asking.requests,
      evidence: asking.evidence,
    };
  },
};
