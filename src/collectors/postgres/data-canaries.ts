import type { Canaries } from '../../data/facts/canaries.ts';
import { type Completeness, columnPath, noTestRecords } from '../../model/index.ts';
import { sampleOf } from '../../postgres/column-sample.ts';
import type { OwnedFunction } from '../../postgres/owned-function.ts';
import {
  cardOf,
  derivableOf,
  erasedOf,
  exportedOf,
  type Finding,
  formerOf,
  foundBy,
  standsOf,
} from '../../postgres/test-findings.ts';
import { correctionOf, digestOf, testFunctionsOf, traceOf, tracesOf } from '../../postgres/test-records.ts';
import type { FactCollector } from '../collector.ts';
import { type Asking, startAsking } from './asking.ts';
import { counted, countingPlan } from './counting.ts';
import { readExport } from './data-exports.ts';
import type { DataStoreSession } from './data-store.ts';

type Lists = { readonly [L in keyof Canaries]: readonly Finding<Canaries[L][number]>[] };

const counting = countingPlan(testFunctionsOf);

export const dataCanaries: FactCollector<DataStoreSession> = {
  fact: 'data.canaries',
  needs: [],
  plan: {
    ...counting,
    at: (subject, target) => {
      const at = counting.at?.(subject, target);
      const { exported } = target.data?.testRecords ?? noTestRecords;
      const files = exported.map(({ file }) => `read the file ${file} of this machine`);
      return { ...at, requests: [...(at?.requests ?? []), ...files] };
    },
  },
  collect: async (session) => {
    const asking = startAsking();
    const lists = await lookedFor(session, asking);
    const value: Canaries = {
      cards: itemsOf(lists.cards),
      digests: itemsOf(lists.digests),
      corrected: itemsOf(lists.corrected),
      former: itemsOf(lists.former),
      erased: itemsOf(lists.erased),
      exported: itemsOf(lists.exported),
    };
    return {
      value,
      method: 'EXAMINE',
      completeness: Object.entries(lists).map(([list, findings]) => completenessOf(list, findings, session)),
      requests: asking.requests,
      evidence: asking.evidence,
      withheld: ['values: the server says in how many rows those sought are, which are sent as marks'],
    };
  },
};

const itemsOf = <T>(findings: readonly Finding<T>[]): readonly T[] => findings.map(({ item }) => item);

/** One after the other: each has a connection of its own. */
async function lookedFor(session: DataStoreSession, asking: Asking): Promise<Lists> {
  const { sample, testRecords = noTestRecords } = session.data;
  const ask = (made: OwnedFunction) => counted(session, made, asking);
  const found = [];
  for (const trace of tracesOf(session.data)) found.push(...foundBy(trace, await ask(traceOf(trace))));
  const cards = [];
  for (const card of testRecords.cards) cards.push(cardOf(card, found, await ask(sampleOf(card, sample))));
  const digests = [];
  for (const each of testRecords.digests) digests.push(derivableOf(each, await ask(digestOf(each))));
  const corrected = [];
  for (const each of testRecords.corrected) corrected.push(standsOf(each, await ask(correctionOf(each))));
  const exported = [];
  for (const each of testRecords.exported) {
    const read = await readExport(each, (item) =>
      asking.take({ requests: [], evidence: [item] }, each.person),
    );
    exported.push(...exportedOf(each.person, found, read));
  }
  return { cards, digests, corrected, former: formerOf(found), erased: erasedOf(found), exported };
}

function completenessOf(
  list: string,
  findings: readonly Finding<{ readonly column: string }>[],
  { data }: DataStoreSession,
): Completeness {
  const kept = data.columns.filter(({ protection }) => protection !== undefined).map(columnPath);
  const searched = ['former', 'erased', 'exported'].includes(list);
  return {
    list: `/${list}`,
    basis: searched
      ? `the declared test records, and every row of the declared columns but ${kept.length} with a protection`
      : 'the declared test records',
    returned: findings.length,
    missing: findings.flatMap(({ item, why }) => (why === undefined ? [] : [{ what: item.column, why }])),
  };
}
