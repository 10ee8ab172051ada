import type { Encryption } from '../../data/facts/encryption.ts';
import type { Samples } from '../../data/facts/samples.ts';
import type { Completeness } from '../../model/index.ts';
import type { FactCollector } from '../collector.ts';
import { startAsking } from './asking.ts';
import { catalogPlan } from './data-columns.ts';
import { readDataMap } from './data-map.ts';
import type { DataStoreSession } from './data-store.ts';

type Column = Samples['columns'][number];

/** A state is about the declared class: that other plaintext can be read says nothing of card numbers. */
function isUnreadable(state: Column['state'], cardNumbers: boolean | undefined): boolean | undefined {
  if (cardNumbers === true) return false;
  return state === undefined || state === 'clear' ? undefined : true;
}

function notProved(
  { column, unreadable }: Encryption['columns'][number],
  index: number,
): readonly Completeness[] {
  if (unreadable !== undefined) return [];
  const why =
    'neither that card numbers can be read in it nor that none can is proved (data.samples says why)';
  const missing = [{ what: column, why }];
  return [{ list: `/columns/${index}/unreadable`, basis: 'what data.samples proves', returned: 0, missing }];
}

export const dataEncryption: FactCollector<DataStoreSession> = {
  fact: 'data.encryption',
  needs: ['data.samples'],
  plan: catalogPlan,
  collect: async (session, read) => {
    const asking = startAsking();
    const map = await readDataMap(session, asking);
    const { columns } = (await read('data.samples')) as Samples;
    const { removableMedia, volumeEncrypted } = session.data;
    const value: Encryption = {
      columns: columns
        .filter(({ classes }) => classes.includes('pan'))
        .map(({ column, state, cardNumbers }) => {
          const accessMethod = map.found.get(column);
          const unreadable = isUnreadable(state, cardNumbers);
          return {
            column,
            ...(accessMethod === undefined ? {} : { accessMethod }),
            ...(volumeEncrypted === undefined ? {} : { volumeEncrypted }),
            removableMedia,
            ...(unreadable === undefined ? {} : { unreadable }),
          };
        }),
    };
    const { basis, missing } = map;
    return {
      value,
      method: 'EXAMINE',
      completeness: [
        {
          list: '/columns',
          basis: `the declared data map, and ${basis}`,
          returned: value.columns.length,
          missing,
        },
        ...value.columns.flatMap(notProved),
      ],
      requests: asking.requests,
      evidence: asking.evidence,
    };
  },
};
