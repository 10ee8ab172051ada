import type { Publications } from './facts/publications.ts';
import { objectName } from './object-name.ts';
import { everyMajor, type Query } from './query.ts';
import { booleanOf, jsonListOf, type Row, rowOf, textOf, textsOf } from './row.ts';

const textWith = (schemas: string): string => `select p.pubname::text as name,
  pg_catalog.pg_get_userbyid(p.pubowner)::text as owner, p.puballtables as all_tables,
  ${schemas} as schemas,
  coalesce((select pg_catalog.json_agg(pg_catalog.json_build_object('schema', n.nspname, 'name', c.relname)
      order by n.nspname, c.relname)
    from pg_catalog.pg_publication_rel r
    join pg_catalog.pg_class c on c.oid = r.prrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace where r.prpubid = p.oid), '[]') as tables
from pg_catalog.pg_publication p
order by 1`;

/** In each database. */
export const publicationsQueries: readonly Query[] = [
  {
    name: 'publications',
    since: 15,
    before: everyMajor.before,
    text: textWith(`array(select n.nspname::text from pg_catalog.pg_publication_namespace s
    join pg_catalog.pg_namespace n on n.oid = s.pnnspid where s.pnpubid = p.oid order by 1)`),
  },
  { name: 'publications', since: everyMajor.since, before: 15, text: textWith(`'{}'::text[]`) },
];

export const publicationsOf = (rows: readonly Row[], database: string): Publications =>
  rows.map((row) => ({
    publication: objectName(database, textOf(row, 'name')),
    owner: textOf(row, 'owner'),
    allTables: booleanOf(row, 'all_tables'),
    schemas: textsOf(row, 'schemas').map((schema) => objectName(database, schema)),
    tables: jsonListOf(row, 'tables')
      .map(rowOf)
      .map((table) => objectName(database, textOf(table, 'schema'), textOf(table, 'name'))),
  }));
