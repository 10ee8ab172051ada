import { rolesOf } from '../../postgres/derive.ts';
import type { FactCollector } from '../collector.ts';
import { startAsking } from './asking.ts';
import { allRoles, readRoles } from './role-rows.ts';
import type { PostgresSession } from './session.ts';

export const roles: FactCollector<PostgresSession> = {
  fact: 'postgres.roles',
  needs: [],
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
