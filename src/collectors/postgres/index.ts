import { platformQuery } from '../../postgres/platform.ts';
import {
  idleSessionQuery,
  sessionQuery,
  startedQuery,
  systemIdentifierQuery,
} from '../../postgres/queries.ts';
import type { Query } from '../../postgres/query.ts';
import type { SubjectCollector } from '../collector.ts';
import { admissions } from './admissions.ts';
import { archiver } from './archiver.ts';
import { startUpInWords } from './connect.ts';
import { damage } from './damage.ts';
import { databases } from './databases.ts';
import { functions } from './functions.ts';
import { hba } from './hba.ts';
import { load } from './load.ts';
import { memberships } from './memberships.ts';
import { passwords } from './passwords.ts';
import type { PostgresFact } from './postgres-fact.ts';
import { prepared } from './prepared.ts';
import { privileges } from './privileges.ts';
import { fixes, release } from './release.ts';
import { replication } from './replication.ts';
import { roles } from './roles.ts';
import { server } from './server.ts';
import { openPostgresSession, type PostgresSession } from './session.ts';
import { sessions } from './sessions.ts';
import { settings } from './settings.ts';
import { subscriptions } from './subscriptions.ts';
import { tablespaces } from './tablespaces.ts';
import { verbatim } from './verbatim.ts';

const facts: readonly PostgresFact[] = [
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
