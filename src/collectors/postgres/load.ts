import { loadOf, loadQuery, transactionAgesQuery } from '../../postgres/load.ts';
import { startAsking } from './asking.ts';
import type { PostgresFact } from './postgres-fact.ts';
import { verbatim } from './verbatim.ts';

export const load: PostgresFact = {
  fact: 'postgres.load',
  needs: [],
  plan: { requests: verbatim(loadQuery, transactionAgesQuery), connections: 0 },
  collect: async (session) => {
    const asking = startAsking();
    const rows = await asking.ask(session, loadQuery);
    const ages = await asking.ask(session, transactionAgesQuery);
    return {
      value: loadOf(rows, ages),
      method: 'EXAMINE',
      completeness: [
        {
          list: '/databases',
          basis: 'every database of the server (pg_database)',
          returned: ages.length,
          total: ages.length,
          missing: [],
        },
      ],
      requests: asking.requests,
      evidence: asking.evidence,
    };
  },
};
