import type { Access } from './facts/access.ts';
import type { Readers } from './facts/readers.ts';
import { everyMajor, type Query } from './query.ts';
import { push, type Takers } from './takers.ts';

/** In each database: whose rights the role pg_database_owner has there, without being a member's in a catalog. */
export const databaseOwnerQuery: Query = {
  ...everyMajor,
  name: 'database-owner',
  text: `select pg_catalog.pg_get_userbyid(d.datdba)::text as owner
from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()`,
};

interface ReadersIn {
  readonly relations: Access['relations'];
  /** Of that database. */
  readonly owner: string;
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
      relations: readings.flatMap(({ relation, column }) => (column === undefined ? [{ relation }] : [])),
      columns: readings.flatMap(({ relation, column }) =>
        column === undefined ? [] : [{ relation, column }],
      ),
      members: takers.of(role).map((member) => ({ role: member })),
    }))
    .sort((a, b) => (a.role < b.role ? -1 : 1));
}

const readingsIn = ({ relations, owner }: ReadersIn): readonly Reading[] =>
  relations
    .filter(({ kind }) => kind !== 'sequence')
    .flatMap(readingsOf)
    .map((reading) => (reading.role === 'pg_database_owner' ? { ...reading, role: owner } : reading));

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
