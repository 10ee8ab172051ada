import { type Passwords, passwordMethods } from './facts/passwords.ts';
import { type Privileges, relationKinds } from './facts/privileges.ts';
import type { Roles } from './facts/roles.ts';
import type { Settings } from './facts/settings.ts';
import { grantsByMember, type Membership, reachOfRole, roleAttributes } from './role-reach.ts';
import { booleanOf, integerOf, optionalTextOf, type Row, textOf, textsOf } from './row.ts';
import { settingNames } from './setting-names.ts';

export function settingsOf(rows: readonly Row[]): Settings {
  const found = new Map(rows.map((row) => [textOf(row, 'name'), optionalTextOf(row, 'setting')]));
  const known = settingNames.flatMap((name) => {
    const value = found.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(known);
}

export function rolesOf(rows: readonly Row[], memberships: readonly Membership[]): Roles {
  const grants = grantsByMember(memberships);
  const privileged = new Set(rows.filter(hasAttribute).map((row) => textOf(row, 'name')));
  return rows.map((row) => {
    const name = textOf(row, 'name');
    const validUntil = optionalTextOf(row, 'valid_until');
    return {
      name,
      login: booleanOf(row, 'login'),
      superuser: booleanOf(row, 'superuser'),
      createrole: booleanOf(row, 'createrole'),
      createdb: booleanOf(row, 'createdb'),
      replication: booleanOf(row, 'replication'),
      bypassrls: booleanOf(row, 'bypassrls'),
      connectionLimit: integerOf(row, 'connection_limit'),
      ...(validUntil === undefined ? {} : { validUntil }),
      reach: reachOfRole(name, grants, (role) => privileged.has(role)),
    };
  });
}

const hasAttribute = (row: Row): boolean => roleAttributes.some((name) => booleanOf(row, name));

export function passwordsOf(rows: readonly Row[]): Passwords {
  return rows.map((row) => {
    const method = textOf(row, 'method');
    return {
      role: textOf(row, 'role'),
      method: passwordMethods.find((known) => known === method) ?? 'unknown',
      ...(row['iterations'] === null ? {} : { iterations: integerOf(row, 'iterations') }),
      ...(row['equals_name'] === null ? {} : { equalsName: booleanOf(row, 'equals_name') }),
    };
  });
}

export function publicDatabaseOf(row: Row): Privileges['databases'][number] {
  const held = textsOf(row, 'public_privileges');
  return {
    database: textOf(row, 'database'),
    connect: held.includes('CONNECT'),
    temporary: held.includes('TEMPORARY'),
    create: held.includes('CREATE'),
  };
}

type PublicSchema = Privileges['schemas'][number];

/** The schemas of one database, each with those of its relations on which PUBLIC holds a privilege. */
export function publicSchemasOf(
  database: string,
  schemas: readonly Row[],
  relations: readonly Row[],
): readonly PublicSchema[] {
  return schemas.map((row) => {
    const schema = textOf(row, 'schema');
    const held = textsOf(row, 'public_privileges');
    return {
      database,
      schema,
      create: held.includes('CREATE'),
      usage: held.includes('USAGE'),
      relations: relations.filter((relation) => textOf(relation, 'schema') === schema).map(publicRelationOf),
    };
  });
}

function publicRelationOf(row: Row): PublicSchema['relations'][number] {
  const kind = textOf(row, 'kind');
  return {
    name: textOf(row, 'name'),
    kind: relationKinds.find((known) => known === kind) ?? 'table',
    privileges: textsOf(row, 'public_privileges'),
  };
}
