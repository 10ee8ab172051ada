import { logAccessOf, logFunctionsQuery, logPlaceQuery, logTablesQuery } from '../../postgres/log-access.ts';
import { takersOf } from '../../postgres/takers.ts';
import { startAsking } from './asking.ts';
import { basisOf, eachDatabase } from './inside-fact.ts';
import type { PostgresFact } from './postgres-fact.ts';
import { readRoles, roleQueries } from './role-rows.ts';
import { answersToAll } from './several.ts';
import { verbatim } from './verbatim.ts';

const inside = [logFunctionsQuery, logTablesQuery];

export const logAccess: PostgresFact = {
  fact: 'postgres.logAccess',
  needs: [],
  inside,
  plan: {
    requests: verbatim(...roleQueries, logPlaceQuery, ...inside),
    connections: 0,
    each: eachDatabase,
  },
  collect: async (session) => {
    const asking = startAsking();
    const { rows, memberships } = await readRoles(session, asking);
    const place = await asking.ask(session, logPlaceQuery);
    const visits = await session.visits();
    const { answered, missing } = answersToAll(inside, visits, asking);
    const value = logAccessOf(rows, takersOf(rows, memberships), place, answered);
    return {
      value,
      method: 'EXAMINE',
      completeness: [
        {
          list: '',
          basis: basisOf(
            'roles, functions and tables that reach files (pg_roles, pg_auth_members, pg_proc, pg_foreign_table)',
            visits,
          ),
          returned: value.length,
          missing,
        },
      ],
      requests: asking.requests,
      evidence: asking.evidence,
    };
  },
};
