import { parametersOf, parametersQueries } from '../../postgres/parameters.ts';
import { clusterFact } from './cluster-fact.ts';
import { seesEverySetting, settingsRight } from './setting-rights.ts';

export const parameters = clusterFact({
  fact: 'postgres.parameters',
  queries: parametersQueries,
  derive: parametersOf,
  population: 'settings of the log and of those that pg_parameter_acl gives rights to',
  missing: (_, session) =>
    seesEverySetting(session)
      ? []
      : [{ what: 'rights to settings that are hidden from the role', why: settingsRight }],
});
