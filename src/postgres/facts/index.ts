import { admissions } from './admissions.ts';
import { archiver } from './archiver.ts';
import { challenges } from './challenges.ts';
import { decisions } from './decisions.ts';
import { functions } from './functions.ts';
import { hba } from './hba.ts';
import { passwords } from './passwords.ts';
import { privileges } from './privileges.ts';
import { roles } from './roles.ts';
import { server } from './server.ts';
import { settings } from './settings.ts';

/** Every fact of a PostgreSQL server. */
export const postgresFacts = [
  admissions,
  archiver,
  challenges,
  decisions,
  functions,
  hba,
  passwords,
  privileges,
  roles,
  server,
  settings,
] as const;
