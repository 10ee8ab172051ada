import { passwordsOf } from '../../postgres/derive.ts';
import { isOurs } from '../../postgres/ours.ts';
import {
  loginRolesQuery,
  passwordAccessQuery,
  passwordMethodsBody,
  passwordQueries,
} from '../../postgres/queries.ts';
import type { Query } from '../../postgres/query.ts';
import { integerOf, type Row } from '../../postgres/row.ts';
import type { FactCollector } from '../collector.ts';
import { type Asking, startAsking } from './asking.ts';
import { denied, notPostgres } from './database-error.ts';
import type { PostgresSession } from './session.ts';
import { verbatim } from './verbatim.ts';

export const passwords: FactCollector<PostgresSession> = {
  fact: 'postgres.passwords',
  needs: [],
  plan: {
    requests: verbatim(passwordAccessQuery, ...Object.values(passwordQueries), loginRolesQuery),
    connections: 0,
  },
  collect: async (session) => {
    const asking = startAsking();
    const query = await permittedQuery(session, asking);
    const value = passwordsOf(await asking.ask(session, query));
    const [count] = await asking.ask(session, loginRolesQuery);
    const total = totalOf(count);
    const short = total - value.length;
    return {
      value,
      method: 'EXAMINE',
      completeness: [
        {
          list: '',
          basis: 'every role that may log in, by pg_authid, counted against pg_roles',
          returned: value.length,
          total,
          missing:
            short === 0
              ? []
              : [{ what: `${Math.abs(short)} roles`, why: 'pg_roles has another number of them' }],
        },
      ],
      requests: asking.requests,
      evidence: asking.evidence,
      withheld: ['password verifiers: the server says only of which kind each is'],
    };
  },
};

function totalOf(count: Row | undefined): number {
  if (count === undefined) throw notPostgres('the server');
  return integerOf(count, 'total');
}

/** Directly where the role may read the store, else by the function that `assay grants postgres` makes. */
async function permittedQuery(session: PostgresSession, asking: Asking): Promise<Query> {
  const [access] = await asking.ask(session, passwordAccessQuery);
  if (access?.['direct'] === true) return passwordQueries.direct;
  if (isOurs(access, passwordMethodsBody)) return passwordQueries.granted;
  throw denied({
    ...passwordQueries.granted,
    right: 'EXECUTE on function assay_audit.role_password_methods()',
  });
}
