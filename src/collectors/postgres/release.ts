import { sessionQuery } from '../../postgres/queries.ts';
import { fixesOf, releaseOf } from '../../postgres/release.ts';
import { releasesAsOf } from '../../postgres/releases.ts';
import { integerOf } from '../../postgres/row.ts';
import type { PostgresFact } from './postgres-fact.ts';
import { evidenceOf, type PostgresSession } from './session.ts';
import { verbatim } from './verbatim.ts';

const machineClock = (): Date => new Date();

export const release: PostgresFact = {
  fact: 'postgres.release',
  needs: [],
  plan: { requests: verbatim(sessionQuery), connections: 0 },
  collect: async ({ self }, _read, { clock = machineClock }) => ({
    value: releaseOf(versionOf(self), clock()),
    completeness: [],
    ...asAnswered(self),
  }),
};

export const fixes: PostgresFact = {
  fact: 'postgres.fixes',
  needs: [],
  plan: { requests: verbatim(sessionQuery), connections: 0 },
  collect: async ({ self }, _read, { clock = machineClock }) => {
    const { value, missing } = fixesOf(versionOf(self), clock());
    return {
      value,
      completeness: [
        {
          list: '',
          basis: `the latest security releases of the major version, by the table of ${releasesAsOf}`,
          returned: value.length,
          missing: missing.map((why) => ({ what: 'security releases', why })),
        },
      ],
      ...asAnswered(self),
    };
  },
};

const versionOf = (self: PostgresSession['self']): number => integerOf(self, 'version_number');

const asAnswered = (self: PostgresSession['self']) => ({
  method: 'EXAMINE' as const,
  requests: [sessionQuery.text],
  evidence: [evidenceOf(sessionQuery, [], [self])],
});
