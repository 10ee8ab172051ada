import type { Columns } from '../../data/facts/columns.ts';
import { columnPath } from '../../model/index.ts';
import {
  declaredColumnsQuery,
  storedColumnsQuery,
  suggestiveColumnsQuery,
} from '../../postgres/data-columns.ts';
import { databasesQuery } from '../../postgres/queries.ts';
import type { FactCollector, FactPlan } from '../collector.ts';
import { startAsking } from './asking.ts';
import { isFound, readDataMap } from './data-map.ts';
import type { DataStoreSession } from './data-store.ts';
import { eachDatabase } from './inside-fact.ts';
import { verbatim } from './verbatim.ts';

const requestsFor = (columns: Parameters<typeof declaredColumnsQuery>[0]): readonly string[] =>
  verbatim(databasesQuery, suggestiveColumnsQuery, storedColumnsQuery, declaredColumnsQuery(columns));

/** What the look at the catalogues costs, which the facts of a data store share. */
export const catalogPlan: FactPlan = {
  requests: requestsFor([]),
  connections: 0,
  each: eachDatabase,
  at: (_, { data }) => ({ requests: requestsFor(data?.columns ?? []) }),
};

export const dataColumns: FactCollector<DataStoreSession> = {
  fact: 'data.columns',
  needs: [],
  plan: catalogPlan,
  collect: async (session) => {
    const asking = startAsking();
    const map = await readDataMap(session, asking);
    const value: Columns = {
      suggestive: map.suggestive.map(({ classes: _, ...item }) => item),
      declared: session.data.columns.map((column) => {
        const found = isFound(map, column);
        return {
          column: columnPath(column),
          class: column.class,
          ...(found === undefined ? {} : { found }),
        };
      }),
      searched: map.searched,
    };
    const { basis, missing } = map;
    return {
      value,
      method: 'EXAMINE',
      completeness: [
        {
          list: '/suggestive',
          basis: `${basis}: ${map.searched} columns looked through`,
          returned: value.suggestive.length,
          missing,
        },
        { list: '/declared', basis: 'the declared data map', returned: value.declared.length, missing: [] },
      ],
      requests: asking.requests,
      evidence: asking.evidence,
      withheld: ['comments on columns: the server says only what they suggest'],
    };
  },
};
