import { byCodeUnit, type Json } from '../model/index.ts';
import type { DirectGrants } from '../postgres/facts/direct-grants.ts';
import { grantsByMember, type Membership, takenUp } from '../postgres/role-reach.ts';

/** Roles and memberships of the servers of one target, taken together. */
export interface MetRoles {
  readonly memberships: readonly Membership[];
  has(role: string): boolean;
  /** Those that may log in, with what was granted to themselves; by name. */
  readonly accounts: readonly { readonly account: string; readonly granted: readonly Granted[] }[];
  /** Accounts that may log in and can take up the role, being it, by membership or as a superuser; by name. */
  holders(role: string): readonly Holder[];
}

/** Rights of one kind in one database. */
type Granted = Pick<DirectGrants[number], 'database' | 'kind' | 'objects'>;

export interface Holder {
  readonly account: string;
  /** It holds the role only by being a superuser, or by taking one up. */
  readonly bySuperuser: boolean;
}

/** Gathers the roles of many servers; order of arrival does not matter. */
export interface RoleSightings {
  /** @param value the fact `postgres.roles` of a server */
  noteRoles(system: string, value: Json): void;
  /** @param value the fact `postgres.memberships` of a server */
  noteMemberships(system: string, value: Json): void;
  /** @param value the fact `postgres.directGrants` of a server */
  noteGrants(system: string, value: Json): void;
  of(system: string): MetRoles;
}

interface Role {
  readonly name: string;
  readonly login: boolean;
  readonly superuser: boolean;
}

interface System {
  readonly roles: Map<string, Role>;
  readonly memberships: Map<string, Membership>;
  /** By account, and then by database and kind. */
  readonly grants: Map<string, Map<string, Granted>>;
}

export function roleSightings(): RoleSightings {
  const systems = new Map<string, System>();
  const known = new Map<string, MetRoles>();
  const systemOf = (id: string): System => {
    const system = systems.get(id) ?? { roles: new Map(), memberships: new Map(), grants: new Map() };
    systems.set(id, system);
    known.delete(id);
    return system;
  };
  return {
    noteRoles: (id, value) => {
      const { roles } = systemOf(id);
      for (const role of value as unknown as readonly Role[]) {
        const { login, superuser } = roles.get(role.name) ?? { login: false, superuser: false };
        roles.set(role.name, {
          name: role.name,
          login: role.login || login,
          superuser: role.superuser || superuser,
        });
      }
    },
    noteMemberships: (id, value) => {
      const { memberships } = systemOf(id);
      for (const one of value as unknown as readonly Membership[]) {
        const key = JSON.stringify([one.member, one.granted]);
        memberships.set(key, together(one, memberships.get(key)));
      }
    },
    noteGrants: (id, value) => {
      const { grants } = systemOf(id);
      for (const { role, database, kind, objects } of value as unknown as DirectGrants) {
        const granted = grants.get(role) ?? new Map<string, Granted>();
        const key = JSON.stringify([database, kind]);
        const most = Math.max(objects, granted.get(key)?.objects ?? 0);
        grants.set(role, granted.set(key, { database, kind, objects: most }));
      }
    },
    of: (id) => {
      const roles = known.get(id) ?? metRoles(systemOf(id));
      known.set(id, roles);
      return roles;
    },
  };
}

/** Since PostgreSQL 16 several roles may grant the same membership, each with options of its own. */
const together = (one: Membership, other: Membership = one): Membership => ({
  member: one.member,
  granted: one.granted,
  admin: one.admin || other.admin,
  inherit: one.inherit || other.inherit,
  set: one.set || other.set,
});

function metRoles({ roles, memberships, grants: directly }: System): MetRoles {
  const rows = byKey(memberships);
  const grants = grantsByMember(rows);
  const accounts = [...roles.values()]
    .filter(({ login }) => login)
    .sort((a, b) => byCodeUnit(a.name, b.name))
    .map(({ name }) => {
      const reach = takenUp(name, grants);
      return { name, reach, superuser: [...reach].some((one) => roles.get(one)?.superuser === true) };
    });
  return {
    memberships: rows,
    has: (role) => roles.has(role),
    accounts: accounts.map(({ name }) => ({ account: name, granted: byKey(directly.get(name)) })),
    holders: (role) =>
      accounts.flatMap(({ name, reach, superuser }) =>
        reach.has(role) || superuser ? [{ account: name, bySuperuser: !reach.has(role) }] : [],
      ),
  };
}

const byKey = <V>(map: ReadonlyMap<string, V> = new Map()): readonly V[] =>
  [...map].sort(([a], [b]) => byCodeUnit(a, b)).map(([, one]) => one);
