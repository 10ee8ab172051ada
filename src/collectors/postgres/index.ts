import { idleSessionQuery, sessionQuery, systemIdentifierQuery } from '../../postgres/queries.ts';
import type { Query } from '../../postgres/query.ts';
import type { SubjectCollector } from '../collector.ts';
import { admissions } from './admissions.ts';
import { archiver } from './archiver.ts';
import { configuration } from './configuration.ts';
import { startUpInWords } from './connect.ts';
import { effective } from './effective.ts';
import { extensions, languages } from './extensions.ts';
import { functions } from './functions.ts';
import { hba } from './hba.ts';
import { logging } from './logging.ts';
import { overrides } from './overrides.ts';
import { parameters } from './parameters.ts';
import { passwords } from './passwords.ts';
import type { PostgresFact } from './postgres-fact.ts';
import { privileges } from './privileges.ts';
import { roles } from './roles.ts';
import { server } from './server.ts';
import { openPostgresSession, type PostgresSession } from './session.ts';
import { settings } from './settings.ts';
import { verbatim } from './verbatim.ts';

const facts: readonly PostgresFact[] = [
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
];

export const postgresCollector: SubjectCollector<PostgresSession> = {
  kind: 'postgres-server',
  plan: {
    presents: 'application_name assay/<run id>',
    requests: [startUpInWords, ...verbatim(sessionQuery, idleSessionQuery, systemIdentifierQuery)],
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
