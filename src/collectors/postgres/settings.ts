import { settingsOf } from '../../postgres/derive.ts';
import { settingsQuery } from '../../postgres/queries.ts';
import { settingNames } from '../../postgres/setting-names.ts';
import type { FactCollector } from '../collector.ts';
import { startAsking } from './asking.ts';
import type { PostgresSession } from './session.ts';
import { seesEverySetting } from './setting-rights.ts';
import { verbatim } from './verbatim.ts';

export const settings: FactCollector<PostgresSession> = {
  fact: 'postgres.settings',
  needs: [],
  plan: { requests: verbatim(settingsQuery), connections: 0 },
  collect: async (session) => {
    const asking = startAsking();
    const rows = await asking.ask(session, settingsQuery, [settingNames]);
    const value = settingsOf(rows);
    return {
      value,
      method: 'EXAMINE',
      completeness: [
        {
          list: '',
          basis: `pg_settings, as a role sees it that ${seesEverySetting(session) ? 'may see every setting' : 'may not see every setting'}`,
          returned: Object.keys(value).length,
          missing: seesEverySetting(session) ? [] : [hidden],
        },
      ],
      requests: asking.requests,
      evidence: asking.evidence,
      withheld: ['settings whose text may hold a secret: they are not asked for'],
    };
  },
};

const hidden = {
  what: 'settings that are hidden from ordinary roles',
  why: 'the role is no member of pg_read_all_settings (assay grants postgres prints the grant)',
};
