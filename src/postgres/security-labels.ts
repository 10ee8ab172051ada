import type { Labels } from './facts/labels.ts';
import { everyMajor, type Query } from './query.ts';
import { type Row, textOf } from './row.ts';

/** In each database: what carries a label; the label's text may be a masking rule or a class and stays there. */
export const labelsQuery: Query = {
  ...everyMajor,
  name: 'security-labels',
  text: `select l.provider, coalesce(i.type, 'unknown') as kind,
  coalesce(i.identity, l.objoid::text) as object
from pg_catalog.pg_seclabel l
cross join lateral pg_catalog.pg_identify_object(l.classoid, l.objoid, l.objsubid) i
order by 1, 2, 3`,
};

export const labelsOf = (rows: readonly Row[], database: string): Labels =>
  rows.map((row) => ({
    database,
    provider: textOf(row, 'provider'),
    kind: textOf(row, 'kind'),
    object: textOf(row, 'object'),
  }));
