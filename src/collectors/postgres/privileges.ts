import { AssayError, type Completeness } from '../../model/index.ts';
import { publicDatabaseOf, publicSchemasOf } from '../../postgres/derive.ts';
import type { Privileges } from '../../postgres/facts/privileges.ts';
import {
  databasesQuery,
  publicRelationsQuery,
  relationCountQuery,
  schemasQuery,
} from '../../postgres/queries.ts';
import type { Query } from '../../postgres/query.ts';
import { integerOf, type Row } from '../../postgres/row.ts';
import { type Asking, startAsking } from './asking.ts';
import { eachDatabase, failuresOf } from './inside-fact.ts';
import type { PostgresFact } from './postgres-fact.ts';
import { verbatim } from './verbatim.ts';
import type { Visit } from './visits.ts';

interface Inside {
  readonly schemas: Privileges['schemas'];
  readonly relationCount: number;
  readonly missing: Completeness['missing'];
}

const insideQueries = [schemasQuery, publicRelationsQuery, relationCountQuery];

export const privileges: PostgresFact = {
  fact: 'postgres.privileges',
  needs: [],
  inside: insideQueries,
  plan: { requests: verbatim(databasesQuery, ...insideQueries), connections: 0, each: eachDatabase },
  collect: async (session) => {
    const asking = startAsking();
    const visits = await session.visits();
    asking.keep(databasesQuery, visits.databases);
    const insides = visits.entered.flatMap((visit) => inspect(visit, asking));
    const failures = insideQueries.flatMap((query) => failuresOf(query, visits));
    const value: Privileges = {
      databases: visits.databases.map(publicDatabaseOf),
      schemas: insides.flatMap(({ schemas }) => schemas),
    };
    return {
      value,
      method: 'EXAMINE',
      completeness: completenessOf(value, insides, [...visits.notEntered, ...failures]),
      requests: asking.requests,
      evidence: asking.evidence,
    };
  },
};

/** Nothing of a database that did not answer to all of them: the failure is told beside. */
function inspect({ database, answers }: Visit, asking: Asking): readonly Inside[] {
  const rowsOf = (query: Query): readonly Row[] | undefined => {
    const answer = answers.get(query);
    return answer instanceof AssayError ? undefined : answer;
  };
  const [schemas, relations, counts] = insideQueries.map(rowsOf);
  if (schemas === undefined || relations === undefined || counts === undefined) return [];
  asking.keep(schemasQuery, schemas, database);
  asking.keep(publicRelationsQuery, relations, database);
  asking.keep(relationCountQuery, counts, database);
  const grouped = publicSchemasOf(database, schemas, relations);
  const placed = grouped.reduce((sum, schema) => sum + schema.relations.length, 0);
  const what = `${relations.length - placed} relations of database ${database}`;
  return [
    {
      schemas: grouped,
      relationCount: counts.reduce((sum, row) => sum + integerOf(row, 'total'), 0),
      missing: placed === relations.length ? [] : [{ what, why: 'their schema appeared while we looked' }],
    },
  ];
}

function completenessOf(
  value: Privileges,
  insides: readonly Inside[],
  notSeen: Completeness['missing'],
): readonly Completeness[] {
  const searched = insides.reduce((sum, { relationCount }) => sum + relationCount, 0);
  const { databases, schemas } = value;
  return [
    {
      list: '/databases',
      basis: 'pg_database: every database that admits connections',
      returned: databases.length,
      total: databases.length,
      missing: [],
    },
    {
      list: '/schemas',
      basis: `pg_namespace, pg_class and pg_attribute of ${insides.length} of ${databases.length} databases: ${searched} relations looked through`,
      returned: schemas.length,
      missing: [...notSeen, ...insides.flatMap(({ missing }) => missing)],
    },
  ];
}
