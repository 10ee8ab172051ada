import type { Json } from '../../model/index.ts';
import type { Query } from '../../postgres/query.ts';
import type { Row } from '../../postgres/row.ts';
import { type Takers, takersOf } from '../../postgres/takers.ts';
import { startAsking } from './asking.ts';
import { basisOf, eachDatabase } from './inside-fact.ts';
import type { PostgresFact } from './postgres-fact.ts';
import { readRoles, roleQueries } from './role-rows.ts';
import { answersToAll } from './several.ts';
import { verbatim } from './verbatim.ts';

/** A list about things that live in databases, together with who can take up the roles that they name. */
export interface RoleFact {
  readonly fact: string;
  /** Asked in each database. */
  readonly queries: readonly Query[];
  readonly population: string;
  /** @param answers of each database, to `queries` in their order */
  readonly derive: (
    answers: readonly { readonly database: string; readonly rows: readonly (readonly Row[])[] }[],
    takers: Takers,
  ) => readonly Json[];
}

export const roleFact = ({ fact, queries, population, derive }: RoleFact): PostgresFact => ({
  fact,
  needs: [],
  inside: queries,
  plan: { requests: verbatim(...roleQueries, ...queries), connections: 0, each: eachDatabase },
  collect: async (session) => {
    const asking = startAsking();
    const { rows, memberships } = await readRoles(session, asking);
    const visits = await session.visits();
    const { answered, missing } = answersToAll(queries, visits, asking);
    const value = derive(answered, takersOf(rows, memberships));
    return {
      value,
      method: 'EXAMINE',
      completeness: [{ list: '', basis: basisOf(population, visits), returned: value.length, missing }],
      requests: asking.requests,
      evidence: asking.evidence,
    };
  },
});
