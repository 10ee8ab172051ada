import { booleanOf, type Row, textOf } from './row.ts';

/** Attributes that are power of themselves (PostgreSQL, CREATE ROLE), as the queries name their columns. */
export const roleAttributes = ['superuser', 'createrole', 'createdb', 'replication', 'bypassrls'] as const;

/** One grant of membership; before PostgreSQL 16 `inherit` is the member's own attribute and `set` always true. */
export interface Membership {
  readonly member: string;
  readonly granted: string;
  readonly admin: boolean;
  readonly inherit: boolean;
  readonly set: boolean;
}

export function membershipOf(row: Row): Membership {
  return {
    member: textOf(row, 'member'),
    granted: textOf(row, 'granted'),
    admin: booleanOf(row, 'admin'),
    inherit: booleanOf(row, 'inherit'),
    set: booleanOf(row, 'set'),
  };
}

type Grants = ReadonlyMap<string, readonly Membership[]>;

export function grantsByMember(memberships: readonly Membership[]): Grants {
  const grants = new Map<string, Membership[]>();
  for (const membership of memberships) {
    const known = grants.get(membership.member);
    if (known === undefined) grants.set(membership.member, [membership]);
    else known.push(membership);
  }
  return grants;
}

/** Every role that `role` is a member of, directly or not, whatever the grant lets it do. */
export const memberOf = (role: string, grants: Grants): readonly string[] =>
  without(
    role,
    closure([role], grants, () => true),
  );

/**
 * The roles whose power `role` can take up: by SET ROLE, or by inheritance. That passes on no attributes such as SUPERUSER,
 * but the privileges of an owner: to replace a function of the role by one that runs with all that the role has. ADMIN
 * OPTION counts: who holds it can grant the role to itself.
 */
export function reachOfRole(
  role: string,
  grants: Grants,
  hasAttribute: (role: string) => boolean,
): readonly string[] {
  return without(role, takenUp(role, grants)).filter((name) => isPredefined(name) || hasAttribute(name));
}

/** The roles whose privileges `role` can use, itself included: those it can become, and what these inherit. */
export function takenUp(role: string, grants: Grants): ReadonlySet<string> {
  // ADMIN OPTION that is inherited can be used too, and what it leads to may be set to, inherit and administer again.
  let become = closure([role], grants, ({ set }) => set);
  for (;;) {
    const use = closure(become, grants, ({ inherit }) => inherit);
    const administered = [...use].flatMap((member) =>
      (grants.get(member) ?? []).filter(({ admin }) => admin).map(({ granted }) => granted),
    );
    if (administered.every((name) => become.has(name))) return use;
    become = closure([...become, ...administered], grants, ({ set }) => set);
  }
}

/** The prefix is reserved for the roles that PostgreSQL brings. */
const isPredefined = (role: string): boolean => role.startsWith('pg_');

function closure(
  start: Iterable<string>,
  grants: Grants,
  follows: (membership: Membership) => boolean,
): ReadonlySet<string> {
  const found = new Set(start);
  // A set's iteration visits what is added during it.
  for (const member of found)
    for (const membership of grants.get(member) ?? []) if (follows(membership)) found.add(membership.granted);
  return found;
}

const without = (role: string, roles: ReadonlySet<string>): readonly string[] =>
  [...roles].filter((name) => name !== role).sort();
