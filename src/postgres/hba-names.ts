import type { HbaRule } from './hba-rule.ts';
import { type Row, textOf, textsOf } from './row.ts';

/** `maybe`: only the server can tell. */
export type Match = 'yes' | 'maybe' | 'no';

/** Who asks to be let in, as rules name it. */
export interface Who {
  /** Of a role; absent: any that may come to be, of which only `token` is known. */
  readonly name?: string;
  /** What of the rules it is named by, beside `all`. */
  readonly token?: string;
  /** Itself, and every role it is a member of, directly or not; a superuser is a member of none by being one. */
  readonly groups: ReadonlySet<string>;
  /** There is such a role, and it may log in. */
  readonly exists: boolean;
}

/** What is asked for: a database, or with `replication` none, but a copy of the whole server. */
export interface Where {
  readonly name?: string;
  readonly token?: string;
  readonly replication: boolean;
  /** There is such a database, and it admits connections. */
  readonly exists: boolean;
}

/** What one regular expression of the rules matches, by the server itself. */
interface Verdict {
  readonly matching: ReadonlySet<string>;
  /** Names in an encoding that is not the one in which the server compares them. */
  readonly undecided: ReadonlySet<string>;
}

/** Regular expressions as rules write them, with their slash; undefined: none, or a version to which a slash is a letter. */
export interface Patterns {
  readonly users: ReadonlyMap<string, Verdict>;
  readonly databases: ReadonlyMap<string, Verdict>;
}

export function patternsOf(rows: readonly Row[]): Patterns {
  const ofKind = (kind: string): ReadonlyMap<string, Verdict> =>
    new Map(
      rows
        .filter((row) => textOf(row, 'kind') === kind)
        .map((row) => [
          textOf(row, 'pattern'),
          {
            matching: new Set(textsOf(row, 'matching')),
            undecided: new Set(textsOf(row, 'undecided')),
          },
        ]),
    );
  return { users: ofKind('user'), databases: ofKind('database') };
}

export const isPattern = (token: string): boolean => token.startsWith('/');

/** The names of one rule, so that asking after one of a thousand is no search. */
export interface Names {
  readonly users: TokenSet;
  readonly databases: TokenSet;
}

interface TokenSet {
  readonly all: ReadonlySet<string>;
  readonly groups: readonly string[];
  readonly patterns: readonly string[];
}

export function namesOf({ users, databases }: HbaRule, patterns: Patterns | undefined): Names {
  return { users: tokensOf(users, patterns), databases: tokensOf(databases, patterns) };
}

function tokensOf(tokens: readonly string[], patterns: Patterns | undefined): TokenSet {
  return {
    all: new Set(tokens),
    groups: tokens.filter((token) => token.startsWith('+')).map((token) => token.slice(1)),
    patterns: patterns === undefined ? [] : tokens.filter(isPattern),
  };
}

export function takesUser({ users }: Names, who: Who, patterns: Patterns | undefined): Match {
  if (users.all.has('all') || (who.token !== undefined && users.all.has(who.token))) return 'yes';
  if (users.groups.some((group) => who.groups.has(group))) return 'yes';
  if (isNamed(users, who.name, patterns, '+')) return 'yes';
  return byPatterns(users.patterns, who.name, patterns?.users);
}

const databaseWords = new Set(['all', 'sameuser', 'samerole', 'samegroup', 'replication']);

/** The keyword `all` takes in no physical replication, and `replication` nothing else. */
export function takesDatabase(
  { databases }: Names,
  where: Where,
  who: Who,
  patterns: Patterns | undefined,
): Match {
  const { all } = databases;
  if (where.replication) return all.has('replication') ? 'yes' : 'no';
  if (all.has('all') || (where.token !== undefined && all.has(where.token))) return 'yes';
  const { name } = where;
  if (name !== undefined && all.has('sameuser') && name === who.name) return 'yes';
  if (name !== undefined && (all.has('samerole') || all.has('samegroup')) && who.groups.has(name))
    return 'yes';
  if (isNamed(databases, name, patterns, undefined) && !databaseWords.has(name ?? '')) return 'yes';
  return byPatterns(databases.patterns, name, patterns?.databases);
}

/** A word that begins as a keyword or a pattern does is not the name that it looks like. */
function isNamed(
  { all }: TokenSet,
  name: string | undefined,
  patterns: Patterns | undefined,
  sign: string | undefined,
): boolean {
  if (name === undefined || !all.has(name)) return false;
  if (sign !== undefined && name.startsWith(sign)) return false;
  return patterns === undefined || !isPattern(name);
}

function byPatterns(
  tokens: readonly string[],
  name: string | undefined,
  verdicts: ReadonlyMap<string, Verdict> | undefined,
): Match {
  if (tokens.length === 0) return 'no';
  if (name === undefined) return 'maybe';
  const each = tokens.map((token): Match => {
    const verdict = verdicts?.get(token);
    if (verdict === undefined) return 'maybe';
    if (verdict.matching.has(name)) return 'yes';
    return verdict.undecided.has(name) ? 'maybe' : 'no';
  });
  return each.includes('yes') ? 'yes' : each.includes('maybe') ? 'maybe' : 'no';
}
