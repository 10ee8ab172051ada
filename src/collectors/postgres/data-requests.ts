import type { Requests } from '../../data/facts/requests.ts';
import type { Completeness, DeclaredRequests, RequestKind } from '../../model/index.ts';
import { deadlinesOf, requestsOf } from '../../postgres/request-deadlines.ts';
import type { FactCollector } from '../collector.ts';
import { type Asking, startAsking } from './asking.ts';
import { counted, countingPlan } from './counting.ts';
import type { DataStoreSession } from './data-store.ts';

export const dataRequests: FactCollector<DataStoreSession> = {
  fact: 'data.requests',
  needs: [],
  plan: countingPlan(({ requests = [] }) => requests.map(deadlinesOf)),
  collect: async (session) => {
    const asking = startAsking();
    const looked: Looked[] = [];
    for (const declared of session.data.requests ?? [])
      looked.push(await lookedAt(declared, session, asking));
    const value: Requests = Object.fromEntries(looked.map(({ kind, item }) => [kind, item]));
    return {
      value,
      method: 'EXAMINE',
      completeness: [
        {
          list: '',
          basis: 'the declared tables of requests, every row of each',
          returned: looked.length,
          missing: [],
        },
        ...looked.flatMap(limitedTo),
      ],
      requests: asking.requests,
      evidence: asking.evidence,
      withheld: ['dates: the server says how many requests are late'],
    };
  },
};

interface Looked {
  readonly kind: RequestKind;
  readonly item: ReturnType<typeof requestsOf>;
  readonly why: string;
}

async function lookedAt(
  declared: DeclaredRequests,
  session: DataStoreSession,
  asking: Asking,
): Promise<Looked> {
  const made = deadlinesOf(declared);
  const answer = await counted(session, made, asking);
  const item = requestsOf(declared, 'rows' in answer ? answer.rows : undefined);
  return { kind: declared.kind, item, why: 'why' in answer ? answer.why : openIn(item) };
}

function openIn({ rows, misdated, unsettled }: Looked['item']): string {
  if (rows === 0) return 'its table has no rows, and so nothing is proved';
  return `of ${misdated} requests the dates cannot be, and ${unsettled} are late unless public holidays moved their deadline`;
}

function limitedTo({ kind, item: { late, table, rows = 0 }, why }: Looked): readonly Completeness[] {
  if (late !== undefined) return [];
  return ['late', 'overdue'].map((field) => ({
    list: `/${kind}/${field}`,
    basis: `${table}: ${why}`,
    returned: rows,
    missing: [{ what: table, why }],
  }));
}
