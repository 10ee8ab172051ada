import type { Completeness, Json } from '../../model/index.ts';
import { type Query, queryFor } from '../../postgres/query.ts';
import type { Row } from '../../postgres/row.ts';
import { startAsking } from './asking.ts';
import type { PostgresFact } from './postgres-fact.ts';
import type { PostgresSession } from './session.ts';
import { verbatim } from './verbatim.ts';

/** What one query about the whole server says, of things that belong to no single database. */
export interface ClusterFact {
  readonly fact: string;
  /** Variants by major version; together they are for every one. */
  readonly queries: readonly Query[];
  readonly derive: (rows: readonly Row[]) => Json;
  /** Of a value that is a list: what there is a row of, and where from. */
  readonly population?: string;
  /** Of a value that is a record: its lists that are always whole, and where from. */
  readonly lists?: Readonly<Record<string, string>>;
  /** What this session's role cannot see of it. */
  readonly missing?: (rows: readonly Row[], session: PostgresSession) => Completeness['missing'];
  readonly withheld?: readonly string[];
}

export const clusterFact = ({
  fact,
  queries,
  derive,
  population,
  lists = {},
  missing = () => [],
  withheld,
}: ClusterFact): PostgresFact => ({
  fact,
  needs: [],
  plan: { requests: verbatim(...queries), connections: 0 },
  collect: async (session) => {
    const asking = startAsking();
    const rows = await asking.ask(session, queryFor(queries, session.major));
    const value = derive(rows);
    const returned = Array.isArray(value) ? value.length : rows.length;
    return {
      value,
      method: 'EXAMINE',
      completeness:
        population === undefined
          ? wholeLists(lists, value)
          : [
              {
                list: '',
                basis: `every one of the ${population}`,
                returned,
                missing: missing(rows, session),
              },
            ],
      requests: asking.requests,
      evidence: asking.evidence,
      ...(withheld === undefined ? {} : { withheld }),
    };
  },
});

const wholeLists = (lists: Readonly<Record<string, string>>, value: Json): readonly Completeness[] =>
  Object.entries(lists).map(([name, basis]) => {
    const list = (value as Readonly<Record<string, Json>>)[name];
    return { list: `/${name}`, basis, returned: Array.isArray(list) ? list.length : 0, missing: [] };
  });
