import { overridesOf, overridesQuery } from '../../postgres/overrides.ts';
import { settingNames } from '../../postgres/setting-names.ts';
import { startAsking } from './asking.ts';
import type { PostgresFact } from './postgres-fact.ts';
import { verbatim } from './verbatim.ts';

export const overrides: PostgresFact = {
  fact: 'postgres.overrides',
  needs: [],
  plan: { requests: verbatim(overridesQuery), connections: 0 },
  collect: async (session) => {
    const asking = startAsking();
    const value = overridesOf(await asking.ask(session, overridesQuery, [settingNames]));
    return {
      value,
      method: 'EXAMINE',
      completeness: [
        {
          list: '',
          basis: 'every entry of pg_db_role_setting, which every role may read whole',
          returned: value.length,
          missing: [],
        },
      ],
      requests: asking.requests,
      evidence: asking.evidence,
      withheld: ['values of settings whose text may hold a secret: they are not asked for'],
    };
  },
};
