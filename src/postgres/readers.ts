import { relationsOf } from './access.ts';
import type { Access } from './facts/access.ts';
import type { Readers } from './facts/readers.ts';
import { objectName } from './object-name.ts';
import { everyMajor, type Query } from './query.ts';
import { type Row, textOf } from './row.ts';
import { push, type Takers } from './takers.ts';

/** In each database: whose rights the role pg_database_owner has there, without being a member's in a catalog. */
export const databaseOwnerQuery: Query = {
  ...everyMajor,
  name: 'database-owner',
  text: `select pg_catalog.pg_get_userbyid(d.datdba)::text as owner
from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()`,
};

/** In each database: every partition and inherited child, with each table above it. */
export const inheritanceQuery: Query = {
  ...everyMajor,
  name: 'inheritance',
  text: `select x.* from (with recursive above(relation, parent) as (
  select i.inhrelid, i.inhparent from pg_catalog.pg_inherits i
  join pg_catalog.pg_class c on c.oid = i.inhrelid and c.relkind in ('r', 'p', 'f')
  union
  select a.relation, i.inhparent from above a join pg_catalog.pg_inherits i on i.inhrelid = a.parent
)
select n.nspname::text as schema, c.relname::text as name, m.nspname::text as parent_schema,
  p.relname::text as parent_name
from above a
join pg_catalog.pg_class c on c.oid = a.relation
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_class p on p.oid = a.parent
join pg_catalog.pg_namespace m on m.oid = p.relnamespace
) x order by 1, 2, 3, 4`,
};

interface ReadersIn {
  readonly relations: Access['relations'];
  /** Of that database. */
  readonly owner: string;
  /** By partition or inherited child: the tables above it. */
  readonly parents: ReadonlyMap<string, readonly string[]>;
}

/** @param rows of one database: answers to `accessQuery`, `databaseOwnerQuery` and `inheritanceQuery` */
export function readersIn(database: string, rows: readonly (readonly Row[])[]): readonly ReadersIn[] {
  const [relations = [], owners = [], inheritance = []] = rows;
  const parents = new Map<string, string[]>();
  for (const row of inheritance)
    push(
      parents,
      objectName(database, textOf(row, 'schema'), textOf(row, 'name')),
      objectName(database, textOf(row, 'parent_schema'), textOf(row, 'parent_name')),
    );
  return owners.map((row) => ({
    relations: relationsOf(relations, database),
    owner: textOf(row, 'owner'),
    parents,
  }));
}

interface Reading {
  readonly role: string;
  readonly relation: string;
  /** Absent: the whole of it. */
  readonly column?: string;
}

/** Reads every table without a grant on any, and so does whoever can take it up. */
const readsEverything = 'pg_read_all_data';

/** Who may read, by the role that was granted it or owns it, with those who can take that role up. */
export function readersOf(databases: readonly ReadersIn[], takers: Takers): Readers {
  const everything = new Set(
    takers.roles.filter((role) => role === readsEverything || takers.isSuperuser(role)),
  );
  const byRole = new Map<string, Reading[]>([...everything].map((role) => [role, []]));
  for (const reading of databases.flatMap(readingsIn)) push(byRole, reading.role, reading);
  return [...byRole]
    .map(([role, readings]) => ({
      role,
      everything: everything.has(role),
      relations: once(
        readings.flatMap(({ relation, column }) => (column === undefined ? [{ relation }] : [])),
      ),
      columns: once(
        readings.flatMap(({ relation, column }) => (column === undefined ? [] : [{ relation, column }])),
      ),
      members: takers.of(role).map((member) => ({ role: member })),
    }))
    .sort((a, b) => (a.role < b.role ? -1 : 1));
}

const once = <T>(items: readonly T[]): readonly T[] => [
  ...new Map(items.map((item) => [JSON.stringify(item), item])).values(),
];

const readingsIn = ({ relations, owner, parents }: ReadersIn): readonly Reading[] =>
  relations
    .filter(({ kind }) => kind !== 'sequence')
    .flatMap((relation) => withParents(readingsOf(relation), parents.get(relation.relation) ?? []))
    .map((reading) => (reading.role === 'pg_database_owner' ? { ...reading, role: owner } : reading));

/** Who reads a part of a table by the part's own name reads rows of the table. */
const withParents = (readings: readonly Reading[], parents: readonly string[]): readonly Reading[] => [
  ...readings,
  ...parents.flatMap((relation) => readings.map((reading) => ({ ...reading, relation }))),
];

const readingsOf = ({
  relation,
  owner,
  grants,
  columns,
}: ReadersIn['relations'][number]): readonly Reading[] => [
  { role: owner, relation },
  ...grants.filter(mayRead).map(({ role }) => ({ role, relation })),
  ...columns.filter(mayRead).map(({ role, column }) => ({ role, relation, column })),
];

const mayRead = ({ privileges }: { readonly privileges: readonly string[] }): boolean =>
  privileges.includes('SELECT');
