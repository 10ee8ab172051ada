import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Samples } from '../../src/data/facts/samples.ts';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import { columnPath, type DataStore } from '../../src/model/index.ts';
import {
  clinicTarget,
  columnOf,
  grantSampling,
  lookAtData,
  startClinic,
  storeOf,
} from '../postgres/clinic.ts';
import { seen, stopAll } from '../postgres/looking.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startClinic();
});
afterAll(stopAll);

async function sampled(data: DataStore): Promise<Samples['columns']> {
  await grantSampling(server, data);
  const record = await lookAtData(clinicTarget(server, data), ['data.samples']);
  const value = seen(record, 'data.samples');
  console.log(JSON.stringify(value.completeness), record.connections);
  return (value.value as unknown as Samples).columns;
}

describe('x', () => {
  test('y', async () => {
    const data = storeOf({
      columns: [
        columnOf(['shop', 'payments', 'card_number'], 'pan'),
        columnOf(['shop', 'payments', 'pan_enc'], 'pan', 'encrypted'),
        columnOf(['shop', 'payments', 'card_token'], 'pan', 'tokenised'),
        columnOf(['shop', 'payments', 'armoured'], 'pan', 'encrypted'),
        columnOf(['shop', 'payments', 'masked'], 'pan', 'truncated'),
        columnOf(['shop', 'payments', 'masked_wide'], 'pan', 'truncated'),
        columnOf(['shop', 'payments', 'cvv'], 'cvv'),
        columnOf(['shop', 'payments', 'note'], 'phi'),
        columnOf(['shop', 'orders', 'order_no'], 'pan'),
        columnOf(['shop', 'orders', 'tracking'], 'pan'),
        columnOf(['shop', 'orders', 'uuid'], 'pan', 'tokenised'),
        columnOf(['shop', 'orders', 'packed'], 'pan'),
        columnOf(['shop', 'orders', 'binary_card'], 'pan'),
        columnOf(['public', 'patients', 'ssn'], 'ssn'),
        columnOf(['public', 'patients', 'email'], 'email'),
        columnOf(['public', 'patients', 'diagnosis'], 'phi'),
        columnOf(['public', 'patients', 'born'], 'birth-date'),
        columnOf(['public', 'patients', `odd."name'; drop table x`], 'ssn'),
        columnOf(['public', 'empty_ones', 'card_number'], 'pan'),
        columnOf(['public', 'holes', 'card_number'], 'pan'),
        columnOf(['public', 'long_ones', 'card_number'], 'pan'),
        columnOf(['public', 'swiped', 'track_2'], 'track'),
        columnOf(['public', 'swiped', 'pin_code'], 'pin'),
        columnOf(['public', 'parts', 'card_number'], 'pan'),
        columnOf(['public', 'cards', 'card_number'], 'pan'),
      ],
    });
    const t = performance.now();
    for (const each of await sampled(data)) console.log(JSON.stringify(each));
    console.log(performance.now() - t);
    console.log(columnPath(data.columns[0]!));
  });
});
