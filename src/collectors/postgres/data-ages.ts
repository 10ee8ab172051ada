import { columnPath } from '../../model/index.ts';
import { ageOf, agesOf } from '../../postgres/row-ages.ts';
import type { FactCollector } from '../collector.ts';
import { startAsking } from './asking.ts';
import { counted, countingPlan } from './counting.ts';
import type { DataStoreSession } from './data-store.ts';

export const dataAges: FactCollector<DataStoreSession> = {
  fact: 'data.ages',
  needs: [],
  plan: countingPlan(({ retention }) => retention.map(agesOf)),
  collect: async (session) => {
    const asking = startAsking();
    const looked = [];
    for (const declared of session.data.retention) {
      const answer = await counted(session, agesOf(declared), asking);
      const missing = 'why' in answer ? [{ what: columnPath(declared), why: answer.why }] : [];
      looked.push({ item: ageOf(declared, 'rows' in answer ? answer.rows : undefined), missing });
    }
    return {
      value: looked.map(({ item }) => item),
      method: 'EXAMINE',
      completeness: [
        {
          list: '',
          basis: 'the declared retention, every row of each table',
          returned: looked.length,
          missing: looked.flatMap(({ missing }) => missing),
        },
      ],
      requests: asking.requests,
      evidence: asking.evidence,
      withheld: ['dates: the server says how many are older, and how old the oldest is in days'],
    };
  },
};
