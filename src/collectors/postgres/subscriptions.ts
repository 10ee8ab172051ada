import { isOurs } from '../../postgres/ours.ts';
import type { Query } from '../../postgres/query.ts';
import type { Row } from '../../postgres/row.ts';
import {
  subscriptionAccessQuery,
  subscriptionSecretsBody,
  subscriptionSecretsQueries,
  subscriptionsOf,
  subscriptionsQuery,
} from '../../postgres/subscriptions.ts';
import { type Asking, startAsking } from './asking.ts';
import type { PostgresFact } from './postgres-fact.ts';
import type { PostgresSession } from './session.ts';
import { verbatim } from './verbatim.ts';

export const subscriptions: PostgresFact = {
  fact: 'postgres.subscriptions',
  needs: [],
  plan: {
    requests: verbatim(
      subscriptionsQuery,
      subscriptionAccessQuery,
      ...Object.values(subscriptionSecretsQueries),
    ),
    connections: 0,
  },
  collect: async (session) => {
    const asking = startAsking();
    const rows = await asking.ask(session, subscriptionsQuery);
    const value = subscriptionsOf(rows, await secretsOf(session, asking));
    return {
      value,
      method: 'EXAMINE',
      completeness: [
        {
          list: '',
          basis: 'every one of the subscriptions of the server (pg_subscription)',
          returned: value.length,
          total: rows.length,
          missing: [],
        },
      ],
      requests: asking.requests,
      evidence: asking.evidence,
      withheld: [
        'connection strings: the server says only whether there is a password in each, and its sslmode',
      ],
    };
  },
};

/** Undefined: this role may not ask, neither directly nor by the function that `assay grants postgres` makes. */
async function secretsOf(session: PostgresSession, asking: Asking): Promise<readonly Row[] | undefined> {
  const query = await permittedQuery(session, asking);
  return query === undefined ? undefined : asking.ask(session, query);
}

async function permittedQuery(session: PostgresSession, asking: Asking): Promise<Query | undefined> {
  const [access] = await asking.ask(session, subscriptionAccessQuery);
  if (access?.['direct'] === true) return subscriptionSecretsQueries.direct;
  return isOurs(access, subscriptionSecretsBody) ? subscriptionSecretsQueries.granted : undefined;
}
