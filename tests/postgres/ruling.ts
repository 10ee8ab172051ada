import type { Ruling } from '../../src/postgres/hba-domain.ts';
import type { Patterns } from '../../src/postgres/hba-names.ts';
import type { HbaRule } from '../../src/postgres/hba-rule.ts';

/** A rule as one would write it, words apart by single spaces; a network as `address|mask`. */
export function ruleOf(line: string): HbaRule {
  const [type = '', databases = '', users = '', ...rest] = line.split(' ');
  const place = type === 'local' ? undefined : rest.shift();
  const [method = '', ...options] = rest;
  const [address, netmask] = place?.split('|') ?? [];
  return {
    type,
    databases: databases.split(','),
    users: users.split(','),
    ...(address === undefined ? {} : { address }),
    ...(netmask === undefined ? {} : { netmask }),
    method,
    options,
    errored: false,
    inert: false,
    file: 'pg_hba.conf',
    line: 1,
  };
}

export interface Surroundings {
  /** `name`, with `!` before it a superuser, with `~` one that may not log in, with `=` one that may replicate. */
  readonly roles?: readonly string[];
  /** Member and role. */
  readonly memberships?: readonly (readonly [string, string])[];
  readonly databases?: readonly string[];
  readonly patterns?: Patterns;
}

export function rulingOf(
  lines: readonly (string | HbaRule)[],
  { roles = ['postgres'], memberships = [], databases = ['postgres'], patterns }: Surroundings = {},
): Ruling {
  return {
    rules: lines.map((line) => (typeof line === 'string' ? ruleOf(line) : line)),
    roles: roles.map((role) => ({
      name: role.replace(/^[!~=]/, ''),
      superuser: role.startsWith('!'),
      login: !role.startsWith('~'),
      replication: role.startsWith('='),
    })),
    memberships: memberships.map(([member, granted]) => {
      return { member, granted, admin: false, inherit: false, set: false };
    }),
    databases: databases.map((database) => ({ database, allows_connections: true })),
    patterns: patterns ?? { users: new Map(), databases: new Map() },
  };
}
