import type { Completeness } from '../../model/index.ts';
import type { Ruling } from '../../postgres/hba-domain.ts';
import { isPattern, type Patterns, patternsOf } from '../../postgres/hba-names.ts';
import { hbaDatabasesQuery, patternsQuery } from '../../postgres/hba-queries.ts';
import type { HbaRule } from '../../postgres/hba-rule.ts';
import type { Query } from '../../postgres/query.ts';
import type { Asking } from './asking.ts';
import { readRoles, roleQueries } from './role-rows.ts';
import { readRules, rulesBasis, rulesQueries } from './rules.ts';
import type { PostgresSession } from './session.ts';

/** The rules with the roles and databases that they are about. */
export interface ReadRuling {
  readonly ruling: Ruling;
  readonly missing: Completeness['missing'];
}

export const rulingQueries: readonly Query[] = [
  ...rulesQueries,
  ...roleQueries,
  hbaDatabasesQuery,
  patternsQuery,
];

export const rulingBasis = `${rulesBasis}, for every role of pg_roles and every database of pg_database, which every role may read whole`;

export async function readRuling(session: PostgresSession, asking: Asking): Promise<ReadRuling> {
  const { rules, missing } = await readRules(session, asking);
  const known = await readWithoutRules(session, asking);
  const patterns = await readPatterns(session, asking, rules);
  return { ruling: { ...known, rules, patterns }, missing };
}

/** As if there were no rules, for who may not read them. */
export async function readWithoutRules(session: PostgresSession, asking: Asking): Promise<Ruling> {
  const { rows: roles, memberships } = await readRoles(session, asking);
  const databases = await asking.ask(session, hbaDatabasesQuery);
  return { rules: [], roles, memberships, databases, patterns: undefined };
}

async function readPatterns(
  session: PostgresSession,
  asking: Asking,
  rules: readonly HbaRule[],
): Promise<Patterns | undefined> {
  if (session.major < patternsQuery.since) return undefined;
  const users = patternsAmong(rules.flatMap((rule) => rule.users));
  const databases = patternsAmong(rules.flatMap((rule) => rule.databases));
  if (users.length + databases.length === 0) return undefined;
  return patternsOf(await asking.ask(session, patternsQuery, [users, databases]));
}

const patternsAmong = (tokens: readonly string[]): string[] => [...new Set(tokens.filter(isPattern))].sort();
