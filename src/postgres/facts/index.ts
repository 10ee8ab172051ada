import { access } from './access.ts';
import { admissions } from './admissions.ts';
import { archiver } from './archiver.ts';
import { attempts } from './attempts.ts';
import { challenges } from './challenges.ts';
import { code } from './code.ts';
import { configuration } from './configuration.ts';
import { damage } from './damage.ts';
import { databases } from './databases.ts';
import { decisions } from './decisions.ts';
import { defaults } from './defaults.ts';
import { directGrants } from './direct-grants.ts';
import { effective } from './effective.ts';
import { extensions } from './extensions.ts';
import { fixes } from './fixes.ts';
import { folders } from './folders.ts';
import { functions } from './functions.ts';
import { guardedFunctions } from './guarded-functions.ts';
import { hba } from './hba.ts';
import { identityMaps } from './identity-maps.ts';
import { labels } from './labels.ts';
import { languages } from './languages.ts';
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
import { prepared } from './prepared.ts';
import { privileges } from './privileges.ts';
import { publications } from './publications.ts';
import { readers } from './readers.ts';
import { release } from './release.ts';
import { replication } from './replication.ts';
import { roles } from './roles.ts';
import { server } from './server.ts';
import { sessions } from './sessions.ts';
import { settings } from './settings.ts';
import { subscriptions } from './subscriptions.ts';
import { tables } from './tables.ts';
import { tablespaces } from './tablespaces.ts';
import { tls } from './tls.ts';
import { triggers } from './triggers.ts';
import { views } from './views.ts';

/** Every fact of a PostgreSQL server. */
export const postgresFacts = [
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
] as const;
