import { access } from './access.ts';
import { admissions } from './admissions.ts';
import { archiver } from './archiver.ts';
import { code } from './code.ts';
import { defaults } from './defaults.ts';
import { functions } from './functions.ts';
import { hba } from './hba.ts';
import { labels } from './labels.ts';
import { largeObjects } from './large-objects.ts';
import { mappings } from './mappings.ts';
import { ownership } from './ownership.ts';
import { passwords } from './passwords.ts';
import { policies } from './policies.ts';
import { privileges } from './privileges.ts';
import { publications } from './publications.ts';
import { readers } from './readers.ts';
import { roles } from './roles.ts';
import { server } from './server.ts';
import { settings } from './settings.ts';
import { tables } from './tables.ts';
import { triggers } from './triggers.ts';
import { views } from './views.ts';

/** Every fact of a PostgreSQL server. */
export const postgresFacts = [
  access,
  admissions,
  archiver,
  code,
  defaults,
  functions,
  hba,
  labels,
  largeObjects,
  mappings,
  ownership,
  passwords,
  policies,
  privileges,
  publications,
  readers,
  roles,
  server,
  settings,
  tables,
  triggers,
  views,
] as const;
