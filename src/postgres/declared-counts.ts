import type { DataStore } from '../model/index.ts';
import { blanksOf } from './blank-fields.ts';
import { sampleOf } from './column-sample.ts';
import { useOf } from './column-use.ts';
import type { OwnedFunction } from './owned-function.ts';
import { deadlinesOf } from './request-deadlines.ts';
import { agesOf } from './row-ages.ts';
import { identifiersOf } from './table-identifiers.ts';
import { testFunctionsOf } from './test-records.ts';

/** Every function that the owners of declared tables have for assay, with the fact that rests on it. */
export function declaredCounts(
  data: DataStore,
): readonly { readonly fact: string; readonly made: OwnedFunction }[] {
  const { columns, retention, records = [], requests = [], deidentified, sample } = data;
  return [
    ...testFunctionsOf(data).map((made) => ({ fact: 'data.canaries', made })),
    ...columns.map((column) => ({ fact: 'data.samples', made: sampleOf(column, sample) })),
    ...columns.map((column) => ({ fact: 'data.purposes', made: useOf(column) })),
    ...retention.map((each) => ({ fact: 'data.ages', made: agesOf(each) })),
    ...deidentified.map((each) => ({ fact: 'data.deidentified', made: identifiersOf(each) })),
    ...records.map((each) => ({ fact: 'data.records', made: blanksOf(each) })),
    ...requests.map((each) => ({ fact: 'data.requests', made: deadlinesOf(each) })),
  ];
}
