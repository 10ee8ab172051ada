import { admissions } from './admissions.ts';
import { archiver } from './archiver.ts';
import { damage } from './damage.ts';
import { databases } from './databases.ts';
import { fixes } from './fixes.ts';
import { functions } from './functions.ts';
import { hba } from './hba.ts';
import { load } from './load.ts';
import { memberships } from './memberships.ts';
import { passwords } from './passwords.ts';
import { prepared } from './prepared.ts';
import { privileges } from './privileges.ts';
import { release } from './release.ts';
import { replication } from './replication.ts';
import { roles } from './roles.ts';
import { server } from './server.ts';
import { sessions } from './sessions.ts';
import { settings } from './settings.ts';
import { subscriptions } from './subscriptions.ts';
import { tablespaces } from './tablespaces.ts';

/** Every fact of a PostgreSQL server. */
export const postgresFacts = [
  admissions,
  archiver,
  damage,
  databases,
  fixes,
  functions,
  hba,
  load,
  memberships,
  passwords,
  prepared,
  privileges,
  release,
  replication,
  roles,
  server,
  sessions,
  settings,
  subscriptions,
  tablespaces,
] as const;
