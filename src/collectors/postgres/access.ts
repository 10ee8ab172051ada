import { accessQuery, catalogAccessQuery, catalogsOf, relationsOf } from '../../postgres/access.ts';
import type { Access } from '../../postgres/facts/access.ts';
import { startAsking } from './asking.ts';
import { basisOf, eachDatabase } from './inside-fact.ts';
import type { PostgresFact } from './postgres-fact.ts';
import { answersToAll } from './several.ts';
import { verbatim } from './verbatim.ts';

const inside = [accessQuery, catalogAccessQuery];

export const access: PostgresFact = {
  fact: 'postgres.access',
  needs: [],
  inside,
  plan: { requests: verbatim(...inside), connections: 0, each: eachDatabase },
  collect: async (session) => {
    const asking = startAsking();
    const visits = await session.visits();
    const { answered, missing } = answersToAll(inside, visits, asking);
    const value: Access = {
      relations: answered.flatMap(({ database, rows: [rows = []] }) => relationsOf(rows, database)),
      catalogs: answered.flatMap(({ database, rows: [, rows = []] }) => catalogsOf(rows, database)),
    };
    const { relations, catalogs } = value;
    return {
      value,
      method: 'EXAMINE',
      completeness: [
        {
          list: '/relations',
          basis: basisOf('tables, views and sequences with their columns (pg_class, pg_attribute)', visits),
          returned: relations.length,
          missing,
        },
        {
          list: '/catalogs',
          basis: basisOf('grants on guarded catalogs (pg_class, pg_init_privs)', visits),
          returned: catalogs.length,
          missing,
        },
      ],
      requests: asking.requests,
      evidence: asking.evidence,
    };
  },
};
