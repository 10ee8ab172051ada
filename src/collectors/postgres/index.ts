import { platformQuery } from '../../postgres/platform.ts';
import {
  idleSessionQuery,
  sessionQuery,
  startedQuery,
  systemIdentifierQuery,
} from '../../postgres/queries.ts';
import type { Query } from '../../postgres/query.ts';
import type { SubjectCollector } from '../collector.ts';
import { access } from './access.ts';
import { admissions } from './admissions.ts';
import { archiver } from './archiver.ts';
import { attempts } from './attempts.ts';
import { challenges } from './challenges.ts';
import { code } from './code.ts';
import { configuration } from './configuration.ts';
import { startUpInWords } from './connect.ts';
import { damage } from './damage.ts';
import { databases } from './databases.ts';
import { decisions } from './decisions.ts';
import { defaults } from './defaults.ts';
import { directGrants } from './direct-grants.ts';
import { effective } from './effective.ts';
import { extensions, languages } from './extensions.ts';
import { folders } from './folders.ts';
import { functions } from './functions.ts';
import { guardedFunctions } from './guarded-functions.ts';
import { hba } from './hba.ts';
import { identityMaps } from './identity-maps.ts';
import { labels } from './labels.ts';
import { largeObjects } from './large-objects.ts';
import { load } from './load.ts';
import { logAccess } from './log-access.ts';
import { logging } from './logging.ts';
import { mappings } from './mappings.ts';
import { memberships } from './memberships.ts';
import { overrides } from './overrides.ts';
import { ownership } from './ownership.ts';
import { parameters } from './parameters.ts';
import { passwords } from './passwords.ts';
import { policies } from './policies.ts';
import type { PostgresFact } from './postgres-fact.ts';
import { prepared } from './prepared.ts';
import { privileges } from './privileges.ts';
import { publications } from './publications.ts';
import { readers } from './readers.ts';
import { fixes, release } from './release.ts';
import { replication } from './replication.ts';
import { roles } from './roles.ts';
import { server } from './server.ts';
import { openPostgresSession, type PostgresSession } from './session.ts';
import { sessions } from './sessions.ts';
import { settings } from './settings.ts';
import { subscriptions } from './subscriptions.ts';
import { tables } from './tables.ts';
import { tablespaces } from './tablespaces.ts';
import { tls } from './tls.ts';
import { triggers } from './triggers.ts';
import { verbatim } from './verbatim.ts';
import { views } from './views.ts';

const facts: readonly PostgresFact[] = [
  access,
  admissions,
  archiver,
  attempts,
  challenges,
  code,
  configuration,
  damage,
  databases,
  decisions,
  defaults,
  directGrants,
  effective,
  extensions,
  fixes,
  folders,
  functions,
  guardedFunctions,
  hba,
  identityMaps,
  labels,
  languages,
  largeObjects,
  load,
  logAccess,
  logging,
  mappings,
  memberships,
  overrides,
  ownership,
  parameters,
  passwords,
  policies,
  prepared,
  privileges,
  publications,
  readers,
  release,
  replication,
  roles,
  server,
  sessions,
  settings,
  subscriptions,
  tables,
  tablespaces,
  tls,
  triggers,
  views,
];

export const postgresCollector: SubjectCollector<PostgresSession> = {
  kind: 'postgres-server',
  plan: {
    presents: 'application_name assay/<run id>',
    requests: [
      startUpInWords,
      ...verbatim(sessionQuery, idleSessionQuery, systemIdentifierQuery, startedQuery, platformQuery),
    ],
    connections: 1,
  },
  open: (target, subject, context) =>
    openPostgresSession(target, subject, context, insideQueries(context.facts ?? [])),
  facts,
};

/** What the wanted facts ask in each database, once. */
const insideQueries = (wanted: readonly string[]): readonly Query[] => [
  ...new Set(facts.flatMap(({ fact, inside = [] }) => (wanted.includes(fact) ? inside : []))),
];
