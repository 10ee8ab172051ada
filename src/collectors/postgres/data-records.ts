import type { Completeness, DeclaredField } from '../../model/index.ts';
import { blanksOf, recordOf } from '../../postgres/blank-fields.ts';
import type { FactCollector } from '../collector.ts';
import { type Asking, startAsking } from './asking.ts';
import { counted, countingPlan } from './counting.ts';
import type { DataStoreSession } from './data-store.ts';

export const dataRecords: FactCollector<DataStoreSession> = {
  fact: 'data.records',
  needs: [],
  plan: countingPlan(({ records = [] }) => records.map(blanksOf)),
  collect: async (session) => {
    const asking = startAsking();
    const looked: Looked[] = [];
    for (const declared of session.data.records ?? []) looked.push(await lookedAt(declared, session, asking));
    return {
      value: looked.map(({ item }) => item),
      method: 'EXAMINE',
      completeness: [
        {
          list: '',
          basis: 'the declared tables of records, every row of each',
          returned: looked.length,
          missing: [],
        },
        ...looked.flatMap(({ item, why }, index) => limitedTo(item, why, index)),
      ],
      requests: asking.requests,
      evidence: asking.evidence,
      withheld: ['values: the server says in how many rows there is none'],
    };
  },
};

interface Looked {
  readonly item: ReturnType<typeof recordOf>;
  readonly why: string;
}

async function lookedAt(declared: DeclaredField, session: DataStoreSession, asking: Asking): Promise<Looked> {
  const answer = await counted(session, blanksOf(declared), asking);
  if ('why' in answer) return { item: recordOf(declared, undefined), why: answer.why };
  return { item: recordOf(declared, answer.rows), why: 'its table has no rows, and so nothing is proved' };
}

function limitedTo(
  { column, blank, rows = 0 }: Looked['item'],
  why: string,
  index: number,
): readonly Completeness[] {
  if (blank !== undefined) return [];
  return [
    { list: `/${index}/blank`, basis: `${column}: ${why}`, returned: rows, missing: [{ what: column, why }] },
  ];
}
