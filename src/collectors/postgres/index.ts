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
import { challenges } from './challenges.ts';
import { startUpInWords } from './connect.ts';
import { decisions } from './decisions.ts';
import { functions } from './functions.ts';
import { hba } from './hba.ts';
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
  challenges,
  decisions,
  functions,
  hba,
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
