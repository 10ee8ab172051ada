import type { Completeness, DeclaredColumn } from '../../model/index.ts';
import { purposeOf, useOf } from '../../postgres/column-use.ts';
import type { FactCollector } from '../collector.ts';
import { type Asking, startAsking } from './asking.ts';
import { counted, countingPlan } from './counting.ts';
import type { DataStoreSession } from './data-store.ts';

export const dataPurposes: FactCollector<DataStoreSession> = {
  fact: 'data.purposes',
  needs: [],
  plan: countingPlan(({ columns }) => columns.map(useOf)),
  collect: async (session) => {
    const asking = startAsking();
    const looked: Looked[] = [];
    for (const declared of session.data.columns) looked.push(await lookedAt(declared, session, asking));
    return {
      value: looked.map(({ item }) => item),
      method: 'EXAMINE',
      completeness: [
        { list: '', basis: 'the declared data map', returned: looked.length, missing: [] },
        ...looked.flatMap(limitedTo),
      ],
      requests: asking.requests,
      evidence: asking.evidence,
      withheld: ['values: the server says whether there is any'],
    };
  },
};

interface Looked {
  readonly item: ReturnType<typeof purposeOf>;
  readonly why: string;
}

async function lookedAt(
  declared: DeclaredColumn,
  session: DataStoreSession,
  asking: Asking,
): Promise<Looked> {
  const answer = await counted(session, useOf(declared), asking);
  if ('why' in answer) return { item: purposeOf(declared, undefined), why: answer.why };
  return { item: purposeOf(declared, answer.rows), why: 'its table has no rows, and so nothing is proved' };
}

function limitedTo({ item: { column, filled }, why }: Looked, index: number): readonly Completeness[] {
  if (filled !== undefined) return [];
  return [
    { list: `/${index}/filled`, basis: `${column}: ${why}`, returned: 0, missing: [{ what: column, why }] },
  ];
}
