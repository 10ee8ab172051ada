import type { Admissions } from './facts/admissions.ts';
import type { Hba } from './facts/hba.ts';
import { type Passwords, passwordMethods } from './facts/passwords.ts';
import { type Privileges, relationKinds } from './facts/privileges.ts';
import type { Roles } from './facts/roles.ts';
import type { Settings } from './facts/settings.ts';
import {
  admits,
  type HbaRule,
  prefixOf,
  reachOfRule,
  reachOfRuleFor,
  takesAnyAddress,
  wordsOf,
} from './hba.ts';
import { grantsByMember, type Membership, memberOf, reachOfRole, roleAttributes } from './role-reach.ts';
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

export function hbaOf(rules: readonly HbaRule[]): Hba {
  const keys = keysOf(rules);
  return { rules: rules.map((_, index) => ruleOf(rules, index, keys[index] ?? '')) };
}

function ruleOf(rules: readonly HbaRule[], index: number, key: string): Hba['rules'][number] {
  const rule = rules[index] as HbaRule;
  const reach = reachOfRule(rules, index);
  const prefixLength = prefixOf(rule);
  const clientCertificate = rule.options.find((one) => one.startsWith('clientcert='))?.slice(11);
  return {
    rule: key,
    type: rule.type,
    databases: rule.databases,
    users: rule.users,
    ...(rule.address === undefined ? {} : { address: rule.address }),
    ...(prefixLength === undefined ? {} : { prefixLength }),
    anyAddress: takesAnyAddress(rule),
    method: rule.method,
    ...(clientCertificate === undefined ? {} : { clientCertificate }),
    errored: rule.errored,
    admits: admits(rule) && reach.any,
    remote: reach.remote,
    remoteUnencrypted: reach.remoteUnencrypted,
    file: rule.file,
    line: rule.line,
  };
}

/** Keys name items over the months, so they hold no line numbers; a repeated rule is told apart by a count. */
function keysOf(rules: readonly HbaRule[]): readonly string[] {
  const seen = new Map<string, number>();
  return rules.map((rule) => {
    const words = wordsOf(rule);
    const count = (seen.get(words) ?? 0) + 1;
    seen.set(words, count);
    return count === 1 ? words : `${words} [${count}]`;
  });
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

export function admissionsOf(
  rules: readonly HbaRule[],
  roleRows: readonly Row[],
  memberships: readonly Membership[],
): Admissions {
  const grants = grantsByMember(memberships);
  const keys = keysOf(rules);
  return roleRows
    .filter((row) => booleanOf(row, 'login'))
    .map((row) => {
      const name = textOf(row, 'name');
      const role = { name, memberOf: memberOf(name, grants) };
      const remote = rules
        .map((rule, index) => ({ rule, index, reach: reachOfRuleFor(role, rules, index) }))
        .filter(({ rule, reach }) => admits(rule) && reach.remote);
      return {
        role: name,
        superuser: booleanOf(row, 'superuser'),
        remote: remote.length > 0,
        remoteUnencrypted: remote.some(({ reach }) => reach.remoteUnencrypted),
        rules: remote.map(({ index }) => keys[index] ?? ''),
      };
    });
}

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
