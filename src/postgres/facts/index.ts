import { admissions } from './admissions.ts';
import { decisions } from './decisions.ts';
import { hba } from './hba.ts';
import { passwords } from './passwords.ts';
import { privileges } from './privileges.ts';
import { roles } from './roles.ts';
import { server } from './server.ts';
import { settings } from './settings.ts';

/** Every fact of a PostgreSQL server. */
export const postgresFacts = [
  admissions,
  decisions,
  hba,
  passwords,
  privileges,
  roles,
  server,
  settings,
] as const;
