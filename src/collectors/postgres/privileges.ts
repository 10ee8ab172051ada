import { AssayError, type Completeness } from '../../model/index.ts';
import { publicDatabaseOf, publicSchemasOf } from '../../postgres/derive.ts';
import type { Privileges } from '../../postgres/facts/privileges.ts';
import {
  databasesQuery,
  publicRelationsQuery,
  relationCountQuery,
  schemasQuery,
} from '../../postgres/queries.ts';
import { booleanOf, integerOf, type Row, textOf } from '../../postgres/row.ts';
import type { FactCollector } from '../collector.ts';
import { type Asking, startAsking } from './asking.ts';
import type { Link } from './connect.ts';
import type { PostgresSession } from './session.ts';
import { verbatim } from './verbatim.ts';

interface Inside {
  readonly schemas: Privileges['schemas'];
  readonly relationCount: number;
  readonly missing: Completeness['missing'];
}

/** Asked in each database. */
const insideQueries = [schemasQuery, publicRelationsQuery, relationCountQuery];

export const privileges: FactCollector<PostgresSession> = {
  fact: 'postgres.privileges',
  needs: [],
  plan: {
    requests: verbatim(databasesQuery, ...insideQueries),
    connections: 0,
    each: 'further database that the role may enter',
  },
  collect: async (session) => {
    const asking = startAsking();
    const rows = await asking.ask(session, databasesQuery);
    const insides: Inside[] = [];
    for (const row of rows) insides.push(await lookInside(session, asking, row));
    const value: Privileges = {
      databases: rows.map(publicDatabaseOf),
      schemas: insides.flatMap(({ schemas }) => schemas),
    };
    return {
      value,
      method: 'EXAMINE',
      completeness: completenessOf(value, insides),
      requests: [...new Set(asking.requests)],
      evidence: asking.evidence,
    };
  },
};

/** Codes that concern the whole scan or the whole server, not one database. */
const fatal = ['ERR_INTERRUPTED', 'ERR_NOT_POSTGRES', 'ERR_TOO_LARGE'];

async function lookInside(session: PostgresSession, asking: Asking, row: Row): Promise<Inside> {
  const database = textOf(row, 'database');
  try {
    if (booleanOf(row, 'current')) return await inspect(session, asking, database);
    if (!booleanOf(row, 'may_connect'))
      return notEntered(database, 'the role has no CONNECT privilege on it');
    return await session.inDatabase(database, (link) => inspect(link, asking, database));
  } catch (error) {
    if (!(error instanceof AssayError) || fatal.includes(error.code)) throw error;
    return notEntered(database, error.message);
  }
}

const notEntered = (database: string, why: string): Inside => ({
  schemas: [],
  relationCount: 0,
  missing: [{ what: `database ${database}`, why }],
});

async function inspect(link: Pick<Link, 'query'>, asking: Asking, database: string): Promise<Inside> {
  const schemas = await asking.ask(link, schemasQuery, [], database);
  const relations = await asking.ask(link, publicRelationsQuery, [], database);
  const [count] = await asking.ask(link, relationCountQuery, [], database);
  const grouped = publicSchemasOf(database, schemas, relations);
  const placed = grouped.reduce((sum, schema) => sum + schema.relations.length, 0);
  const what = `${relations.length - placed} relations of database ${database}`;
  return {
    schemas: grouped,
    relationCount: count === undefined ? 0 : integerOf(count, 'total'),
    missing: placed === relations.length ? [] : [{ what, why: 'their schema appeared while we looked' }],
  };
}

function completenessOf(value: Privileges, insides: readonly Inside[]): readonly Completeness[] {
  const missing = insides.flatMap((inside) => inside.missing);
  const searched = insides.reduce((sum, { relationCount }) => sum + relationCount, 0);
  const entered = insides.filter(({ schemas }) => schemas.length > 0).length;
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
      basis: `pg_namespace, pg_class and pg_attribute of ${entered} of ${insides.length} databases: ${searched} relations looked through`,
      returned: schemas.length,
      missing,
    },
  ];
}
