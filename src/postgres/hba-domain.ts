import { isPattern, type Patterns, type Where, type Who } from './hba-names.ts';
import type { HbaRule } from './hba-rule.ts';
import { grantsByMember, type Membership, memberOf } from './role-reach.ts';
import { booleanOf, type Row, textOf } from './row.ts';

/** The rules, and all that they are read against. */
export interface Ruling {
  readonly rules: readonly HbaRule[];
  readonly roles: readonly Row[];
  readonly memberships: readonly Membership[];
  readonly databases: readonly Row[];
  /** Undefined: no rule has any, or the server knows none in rules. */
  readonly patterns: Patterns | undefined;
}

/** Whom the rules are tried on. */
export interface Domain {
  readonly whos: readonly Who[];
  readonly wheres: readonly Where[];
}

/**
 * Every role and database that there is, with physical replication; and for each word of the rules one that is only
 * matched by it, in place of those that may come to be tomorrow.
 */
export function domainOf({ rules, roles, memberships, databases, patterns }: Ruling): Domain {
  const grants = grantsByMember(memberships);
  const groupsOf = (name: string): ReadonlySet<string> => new Set([name, ...memberOf(name, grants)]);
  const known = roles.map((row): Who => {
    const name = textOf(row, 'name');
    return { name, groups: groupsOf(name), exists: booleanOf(row, 'login') };
  });
  const open = databases.map((row): Where => {
    return {
      name: textOf(row, 'database'),
      replication: false,
      exists: booleanOf(row, 'allows_connections'),
    };
  });
  const madeUp = (tokens: readonly string[], taken: readonly { readonly name?: string }[]): string[] => {
    const names = new Set(taken.map(({ name }) => name));
    const isWord = (token: string): boolean => patterns !== undefined && isPattern(token);
    return [...new Set(tokens)].filter((token) => isWord(token) || !names.has(token));
  };
  return {
    whos: [
      ...known,
      ...madeUp(
        rules.flatMap(({ users }) => users),
        known,
      ).map((token): Who => {
        const groups = token.startsWith('+') ? groupsOf(token.slice(1)) : new Set<string>();
        return { token, groups, exists: false };
      }),
    ],
    wheres: [
      ...open,
      { replication: true, exists: true },
      ...madeUp(
        rules.flatMap((rule) => rule.databases),
        open,
      )
        .filter((token) => token !== 'replication')
        .map((token): Where => ({ token, replication: false, exists: false })),
    ],
  };
}

/** The roles that may log in and the databases that admit connections, as they are today. */
export function existing({ whos, wheres }: Domain): Domain {
  return { whos: whos.filter(({ exists }) => exists), wheres: wheres.filter(({ exists }) => exists) };
}

/** The roles that have an attribute. */
export const namesWith = ({ roles }: Ruling, attribute: 'superuser' | 'replication'): ReadonlySet<string> =>
  new Set(roles.filter((row) => booleanOf(row, attribute)).map((row) => textOf(row, 'name')));
