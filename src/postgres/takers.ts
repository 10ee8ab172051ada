import { grantsByMember, type Membership, takenUp } from './role-reach.ts';
import { booleanOf, type Row, textOf } from './row.ts';

/** Who can use the power of a role: by being it, by inheritance, SET ROLE or ADMIN OPTION. */
export interface Takers {
  readonly roles: readonly string[];
  readonly isSuperuser: (role: string) => boolean;
  /** Roles that may log in and can take the role up, itself and superusers apart, sorted. */
  of(role: string): readonly string[];
  /** Roles that somebody who may log in and is no superuser is or can take up. */
  readonly taken: ReadonlySet<string>;
}

/** @param rows answers to `rolesQuery` */
export function takersOf(rows: readonly Row[], memberships: readonly Membership[]): Takers {
  const grants = grantsByMember(memberships);
  const superusers = new Set(namesWith(rows, 'superuser'));
  const byRole = new Map<string, string[]>();
  const taken = new Set<string>();
  for (const login of namesWith(rows, 'login').filter((name) => !superusers.has(name)))
    for (const role of takenUp(login, grants)) {
      taken.add(role);
      if (role !== login) push(byRole, role, login);
    }
  return {
    roles: rows.map((row) => textOf(row, 'name')),
    isSuperuser: (role) => superusers.has(role),
    of: (role) => [...(byRole.get(role) ?? [])].sort(),
    taken,
  };
}

const namesWith = (rows: readonly Row[], attribute: string): readonly string[] =>
  rows.filter((row) => booleanOf(row, attribute)).map((row) => textOf(row, 'name'));

/** Adds to the list of a key. */
export function push<T>(lists: Map<string, T[]>, key: string, member: T): void {
  const known = lists.get(key);
  if (known === undefined) lists.set(key, [member]);
  else known.push(member);
}
