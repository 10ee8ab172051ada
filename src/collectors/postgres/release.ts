import { sessionQuery } from '../../postgres/queries.ts';
import { releaseOf } from '../../postgres/release.ts';
import { releasesAsOf } from '../../postgres/releases.ts';
import { integerOf } from '../../postgres/row.ts';
import type { PostgresFact } from './postgres-fact.ts';
import { evidenceOf } from './session.ts';
import { verbatim } from './verbatim.ts';

export const release: PostgresFact = {
  fact: 'postgres.release',
  needs: [],
  plan: { requests: verbatim(sessionQuery), connections: 0 },
  collect: async ({ self }, _read, { clock = () => new Date() }) => {
    const { value, missing } = releaseOf(integerOf(self, 'version_number'), clock());
    return {
      value,
      method: 'EXAMINE',
      completeness: [
        {
          list: '/securityReleases',
          basis: `the latest security releases of the major version, by the table of ${releasesAsOf}`,
          returned: value.securityReleases.length,
          missing: missing.map((why) => ({ what: 'security releases', why })),
        },
      ],
      requests: [sessionQuery.text],
      evidence: [evidenceOf(sessionQuery, [], [self])],
    };
  },
};
