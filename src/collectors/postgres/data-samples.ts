import type { Samples } from '../../data/facts/samples.ts';
import { conclusions, type SampledColumn, sampledColumn } from '../../data/sampled-column.ts';
import { type Completeness, columnPath, type DataClass, type DeclaredColumn } from '../../model/index.ts';
import { readingOf, sampleOf } from '../../postgres/column-sample.ts';
import type { FactCollector } from '../collector.ts';
import { type Asking, startAsking } from './asking.ts';
import { counted, countingPlan } from './counting.ts';
import { catalogPlan } from './data-columns.ts';
import { type DataMap, readDataMap, suggestedBy } from './data-map.ts';
import type { DataStoreSession } from './data-store.ts';

/** Data that may not be stored, or not so that it can be read: what suggests it is listed whether declared or not. */
const cardData: readonly DataClass[] = ['pan', 'cvv', 'track', 'pin'];

const counting = countingPlan(({ columns, sample }) => columns.map((column) => sampleOf(column, sample)));

export const dataSamples: FactCollector<DataStoreSession> = {
  fact: 'data.samples',
  needs: [],
  plan: {
    ...catalogPlan,
    requests: [...catalogPlan.requests, ...counting.requests],
    at: (subject, target) => {
      const at = counting.at?.(subject, target);
      return {
        ...at,
        requests: [...(catalogPlan.at?.(subject, target).requests ?? []), ...(at?.requests ?? [])],
      };
    },
  },
  collect: async (session) => {
    const asking = startAsking();
    const map = await readDataMap(session, asking);
    const read: SampledColumn[] = [];
    for (const column of session.data.columns) read.push(await sampledBy(session, column, map, asking));
    const all = [...read, ...undeclaredOf(map)];
    const value: Samples = { columns: all.map(({ item }) => item) };
    return {
      value,
      method: 'EXAMINE',
      completeness: [
        {
          list: '/columns',
          basis: `${wholeOf(read)}, and columns that suggest card data by ${map.basis}`,
          returned: all.length,
          missing: map.missing,
        },
        ...all.flatMap((one, index) => limitedTo(one, `/columns/${index}`)),
      ],
      requests: asking.requests,
      evidence: asking.evidence,
      withheld: ['values: the server says only how many are of which form'],
    };
  },
};

async function sampledBy(
  session: DataStoreSession,
  column: DeclaredColumn,
  map: DataMap,
  asking: Asking,
): Promise<SampledColumn> {
  const { sample } = session.data;
  const answer = await counted(session, sampleOf(column, sample), asking);
  const reading = 'why' in answer ? answer.why : readingOf(answer.rows);
  return sampledColumn(column, suggestedBy(map, columnPath(column)), reading, sample.seed);
}

function undeclaredOf({ suggestive }: DataMap): readonly SampledColumn[] {
  return suggestive
    .filter(({ declared, classes }) => !declared && classes.some((each) => cardData.includes(each)))
    .map(({ column, classes }) => ({
      item: { column, classes },
      limit: 'it suggests card data and is not declared, and so was not read',
    }));
}

function wholeOf(read: readonly SampledColumn[]): string {
  const wholly = read.filter(({ item }) => item.method === 'whole').length;
  return `the declared data map, of which ${wholly} of ${read.length} columns were read whole`;
}

/** Says of what is not proved of one column why not, so that what is proved of it and of others stays so. */
function limitedTo({ item, limit }: SampledColumn, place: string): readonly Completeness[] {
  const { column, rows = 0, estimatedRows, method } = item;
  const total = method === 'whole' ? rows : estimatedRows;
  return conclusions
    .filter((field) => item[field] === undefined)
    .map((field) => ({
      list: `${place}/${field}`,
      basis: method === 'whole' ? 'every row of such a column' : `${column}: ${limit}`,
      returned: rows,
      ...(total === undefined ? {} : { total }),
      missing: [{ what: column, why: limit }],
    }));
}
