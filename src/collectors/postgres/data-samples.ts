import type { Samples } from '../../data/facts/samples.ts';
import { countNames } from '../../data/forms.ts';
import {
  cardNumbersIn,
  pinsIn,
  proved,
  stateOf,
  trackDataIn,
  truncationOf,
  type Verdict,
  verdictOf,
  verificationCodesIn,
} from '../../data/verdict.ts';
import { type Completeness, columnPath, type DataClass, type DeclaredColumn } from '../../model/index.ts';
import { readingOf, type Sample, sampleOf } from '../../postgres/column-sample.ts';
import type { FactCollector } from '../collector.ts';
import { startAsking } from './asking.ts';
import { type Counted, counted, countingPlan } from './counting.ts';
import { catalogPlan } from './data-columns.ts';
import { type DataMap, readDataMap, suggestedBy } from './data-map.ts';
import type { DataStoreSession } from './data-store.ts';

type Item = Samples['columns'][number];
type Missing = Completeness['missing'];

interface Looked {
  readonly item: Item;
  readonly missing: Missing;
}

/** Data that may not be stored or read at all: columns that suggest it are in the list whether declared or not. */
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
    const { columns, sample } = session.data;
    const read: Looked[] = [];
    for (const column of columns)
      read.push(
        lookedAt(column, map, await counted(session, column, sampleOf(column, sample), asking), sample.seed),
      );
    const all = [...read, ...undeclaredOf(map)];
    const value: Samples = { columns: all.map(({ item }) => item) };
    const wholly = read.filter(({ item }) => item.method === 'whole').length;
    return {
      value,
      method: 'EXAMINE',
      completeness: [
        {
          list: '/columns',
          basis: `the declared data map, of which ${wholly} of ${columns.length} columns were read whole, and columns that suggest card data by ${map.basis}`,
          returned: all.length,
          missing: [...all.flatMap(({ missing }) => missing), ...map.missing],
        },
      ],
      requests: asking.requests,
      evidence: asking.evidence,
      withheld: ['values: the server says only how many are of which form'],
    };
  },
};

function lookedAt(column: DeclaredColumn, map: DataMap, answer: Counted, seed: number): Looked {
  const path = columnPath(column);
  const { protection } = column;
  const item = {
    column: path,
    classes: [...new Set([column.class, ...suggestedBy(map, path)])],
    ...(protection === undefined ? {} : { protection }),
  };
  if ('why' in answer) return { item, missing: [{ what: path, why: answer.why }] };
  const reading = readingOf(answer.rows);
  const verdict = verdictOf(column.class, reading);
  return {
    item: { ...item, ...readAs(reading, seed), verdict, ...provedOf(verdict, reading, column) },
    missing: notSeen(path, reading, seed),
  };
}

function readAs(reading: Sample, seed: number): Partial<Item> {
  const { method, rows, values, longer, estimatedRows, counts } = reading;
  const found = countNames.flatMap((form) => (counts[form] === 0 ? [] : [{ form, values: counts[form] }]));
  return {
    method,
    ...(method === 'whole' ? {} : { seed }),
    ...{ rows, values, longer, counts: found },
    ...(estimatedRows === undefined ? {} : { estimatedRows }),
  };
}

function provedOf(verdict: Verdict, reading: Sample, { protection }: DeclaredColumn): Partial<Item> {
  const given = {
    state: stateOf(verdict, reading, protection),
    cardNumbers: proved(cardNumbersIn(reading), reading),
    trackData: proved(trackDataIn(reading), reading),
    verificationCodes: proved(verificationCodesIn(reading), reading),
    pins: proved(pinsIn(reading), reading),
    truncation: protection === 'truncated' ? truncationOf(reading) : undefined,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** What a conclusion rests on where it is not every value. */
function notSeen(what: string, reading: Sample, seed: number): Missing {
  const { method, rows, estimatedRows, longer } = reading;
  const total = estimatedRows === undefined ? 'an unknown number of' : `about ${estimatedRows}`;
  const how = `${rows} of ${total} rows were read (TABLESAMPLE ${method.toUpperCase()}, seed ${seed}), and a sample proves no absence`;
  return [
    ...(method === 'whole' ? [] : [{ what, why: how }]),
    ...(longer === 0 ? [] : [{ what, why: `of ${longer} long values only the beginning was read` }]),
  ];
}

function undeclaredOf({ suggestive }: DataMap): readonly Looked[] {
  return suggestive
    .filter(({ declared, classes }) => !declared && classes.some((each) => cardData.includes(each)))
    .map(({ column, classes }) => ({
      item: { column, classes },
      missing: [{ what: column, why: 'it suggests card data and is not declared, and so was not read' }],
    }));
}
