import type { Completeness } from '../../model/index.ts';
import { integerOf, type Row, textOf } from '../../postgres/row.ts';
import { isHidden, sessionsOf, sessionsQuery } from '../../postgres/sessions.ts';
import { clusterFact } from './cluster-fact.ts';

/** Why what concerns other sessions is not seen. */
export const statisticsRight = 'their details are hidden from the role: grant pg_read_all_stats to it';

export const sessions = clusterFact({
  fact: 'postgres.sessions',
  queries: [sessionsQuery],
  derive: sessionsOf,
  population: 'sessions that the server has at this time (pg_stat_activity)',
  missing: (rows) => rows.filter(isHidden).map(hiddenSessions),
});

const hiddenSessions = (row: Row): Completeness['missing'][number] => ({
  what: `${integerOf(row, 'sessions')} sessions of role ${textOf(row, 'role')}`,
  why: statisticsRight,
});
