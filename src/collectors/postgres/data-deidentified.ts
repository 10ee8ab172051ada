import type { Deidentified } from '../../data/facts/deidentified.ts';
import { identifierCounts } from '../../data/identifier-forms.ts';
import { identifiersIn } from '../../data/identifiers.ts';
import { type Completeness, columnPath, type DeclaredDeidentified, tablePath } from '../../model/index.ts';
import { identifierReadingsOf, identifiersOf, type ReadColumn } from '../../postgres/table-identifiers.ts';
import type { FactCollector } from '../collector.ts';
import { startAsking } from './asking.ts';
import { counted, countingPlan } from './counting.ts';
import type { DataStoreSession } from './data-store.ts';

interface LookedAt {
  readonly item: Deidentified[number];
  /** Why it is not proved that there is no identifier. */
  readonly doubt?: string;
}

export const dataDeidentified: FactCollector<DataStoreSession> = {
  fact: 'data.deidentified',
  needs: [],
  plan: countingPlan(({ deidentified }) => deidentified.map(identifiersOf)),
  collect: async (session) => {
    const asking = startAsking();
    const looked: LookedAt[] = [];
    const missing: Completeness['missing'][number][] = [];
    for (const declared of session.data.deidentified) {
      const answer = await counted(session, identifiersOf(declared), asking);
      if ('why' in answer) missing.push({ what: tablePath(declared), why: answer.why });
      else looked.push(...identifierReadingsOf(answer.rows).map((read) => lookedAt(declared, read)));
    }
    return {
      value: looked.map(({ item }) => item),
      method: 'EXAMINE',
      completeness: [
        {
          list: '',
          basis: 'every column of the declared tables, every row of each',
          returned: looked.length,
          missing,
        },
        ...looked.flatMap(openAt),
      ],
      requests: asking.requests,
      evidence: asking.evidence,
      withheld: ['values: the server says only how many are of which form'],
    };
  },
};

function lookedAt({ method, ...table }: DeclaredDeidentified, read: ReadColumn): LookedAt {
  const { column, type, own, rows, values, counts } = read;
  const item = { column: columnPath({ ...table, column }), method, type };
  if (!own)
    return { item, doubt: 'it is a column of an inherited child alone: declare that table by itself' };
  const { found, doubt } = identifiersIn(read, method);
  const ofForms = identifierCounts.flatMap((form) =>
    counts[form] === 0 ? [] : [{ form, values: counts[form] }],
  );
  return {
    item: {
      ...{ ...item, rows, values, counts: ofForms, found },
      ...(doubt === undefined ? { identifying: found.length > 0 } : {}),
    },
    ...(doubt === undefined ? {} : { doubt }),
  };
}

function openAt({ item, doubt }: LookedAt, index: number): readonly Completeness[] {
  if (doubt === undefined) return [];
  const missing = [{ what: item.column, why: doubt }];
  const list = `/${index}/identifying`;
  return [{ list, basis: 'every row of such a column', returned: item.rows ?? 0, missing }];
}
