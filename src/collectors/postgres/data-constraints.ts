import type { DataStore } from '../../model/index.ts';
import { columnConstraintsQuery, constraintsOf } from '../../postgres/column-constraints.ts';
import { databasesQuery } from '../../postgres/queries.ts';
import type { FactCollector } from '../collector.ts';
import { startAsking } from './asking.ts';
import type { DataStoreSession } from './data-store.ts';
import { answersTo, eachDatabase, failuresOf } from './inside-fact.ts';
import { verbatim } from './verbatim.ts';

const requestsFor = ({ constraints = [] }: Pick<DataStore, 'constraints'>): readonly string[] =>
  verbatim(databasesQuery, columnConstraintsQuery(constraints));

export const dataConstraints: FactCollector<DataStoreSession> = {
  fact: 'data.constraints',
  needs: [],
  plan: {
    requests: requestsFor({}),
    connections: 0,
    each: eachDatabase,
    at: (_, { data }) => ({ requests: requestsFor(data ?? {}) }),
  },
  collect: async (session) => {
    const asking = startAsking();
    const { constraintsQuery, data } = session;
    const visits = await session.visits();
    const answers = new Map(
      answersTo(constraintsQuery, visits, asking).map(({ database, rows }) => [database, rows]),
    );
    const value = constraintsOf(data.constraints ?? [], answers);
    const silent = [...visits.notEntered, ...failuresOf(constraintsQuery, visits)];
    return {
      value,
      method: 'EXAMINE',
      completeness: [
        {
          list: '',
          basis: `the declared constraints, against the catalogues of ${visits.entered.length} databases`,
          returned: value.length,
          missing: value.every(({ held }) => held !== undefined) ? [] : silent,
        },
      ],
      requests: asking.requests,
      evidence: asking.evidence,
    };
  },
};
