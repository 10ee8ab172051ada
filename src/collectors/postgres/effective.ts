import type { Completeness } from '../../model/index.ts';
import { effectiveOf, sessionsThere } from '../../postgres/effective.ts';
import type { Overrides } from '../../postgres/facts/overrides.ts';
import { overridesOf, overridesQuery } from '../../postgres/overrides.ts';
import { databasesQuery, rolesQuery, settingsQuery } from '../../postgres/queries.ts';
import { type Row, textOf } from '../../postgres/row.ts';
import { sessionSettings } from '../../postgres/session-settings.ts';
import { startAsking } from './asking.ts';
import type { PostgresFact } from './postgres-fact.ts';
import type { PostgresSession } from './session.ts';
import { seesEverySetting, settingsRight } from './setting-rights.ts';
import { verbatim } from './verbatim.ts';

const names = Object.keys(sessionSettings).sort();

export const effective: PostgresFact = {
  fact: 'postgres.effective',
  needs: [],
  plan: {
    requests: verbatim(settingsQuery, overridesQuery, rolesQuery, databasesQuery),
    connections: 0,
  },
  collect: async (session) => {
    const asking = startAsking();
    const rows = await asking.ask(session, settingsQuery, [names]);
    const overrides = overridesOf(await asking.ask(session, overridesQuery, [names]));
    const roles = await asking.ask(session, rolesQuery);
    const databases = await asking.ask(session, databasesQuery);
    const sessions = sessionsThere(roles, databases);
    const value = effectiveOf(rows, overrides, sessions);
    return {
      value,
      method: 'EXAMINE',
      completeness: [
        {
          list: '',
          basis: `pg_settings, with pg_db_role_setting for ${sessions.roles.length} roles that may log in and ${sessions.databases.length} databases`,
          returned: value.length,
          missing: [...hidden(rows, session), ...ownOverrides(rows, overrides, databases, session)],
        },
      ],
      requests: asking.requests,
      evidence: asking.evidence,
    };
  },
};

const notIn = (rows: readonly Row[]): readonly string[] =>
  names.filter((name) => !rows.some((row) => row['name'] === name));

/** Who may see every setting knows that one that is absent is not there; nobody else does. */
function hidden(rows: readonly Row[], session: PostgresSession): Completeness['missing'] {
  const absent = notIn(rows);
  return seesEverySetting(session) || absent.length === 0
    ? []
    : [{ what: absent.join(', '), why: `hidden from the role, or not there: ${settingsRight}` }];
}

/**
 * Of a setting that is overridden for our own session, the server's value does not show. What is set for the role that
 * logged in counts, be another one in force.
 */
function ownOverrides(
  rows: readonly Row[],
  overrides: Overrides,
  databases: readonly Row[],
  { self }: PostgresSession,
): Completeness['missing'] {
  const current = databases.find((row) => row['current'] === true)?.['database'];
  const absent = notIn(rows);
  const own = overrides.filter(
    ({ setting, role, database }) =>
      absent.includes(setting) &&
      (role === '' || role === textOf(self, 'login')) &&
      (database === '' || database === current),
  );
  return [...new Set(own.map(({ setting }) => setting))].map((setting) => ({
    what: `the server’s value of ${setting}`,
    why: 'it is overridden for the role or the database that assay looks with',
  }));
}
