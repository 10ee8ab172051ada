import { admissions } from './admissions.ts';
import { archiver } from './archiver.ts';
import { configuration } from './configuration.ts';
import { effective } from './effective.ts';
import { extensions } from './extensions.ts';
import { functions } from './functions.ts';
import { hba } from './hba.ts';
import { languages } from './languages.ts';
import { logging } from './logging.ts';
import { overrides } from './overrides.ts';
import { parameters } from './parameters.ts';
import { passwords } from './passwords.ts';
import { privileges } from './privileges.ts';
import { roles } from './roles.ts';
import { server } from './server.ts';
import { settings } from './settings.ts';

/** Every fact of a PostgreSQL server. */
export const postgresFacts = [
  admissions,
  archiver,
  configuration,
  effective,
  extensions,
  functions,
  hba,
  languages,
  logging,
  overrides,
  parameters,
  passwords,
  privileges,
  roles,
  server,
  settings,
] as const;
