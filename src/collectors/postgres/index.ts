import { idleSessionQuery, sessionQuery, systemIdentifierQuery } from '../../postgres/queries.ts';
import type { SubjectCollector } from '../collector.ts';
import { admissions } from './admissions.ts';
import { startUpInWords } from './connect.ts';
import { decisions } from './decisions.ts';
import { hba } from './hba.ts';
import { passwords } from './passwords.ts';
import { privileges } from './privileges.ts';
import { roles } from './roles.ts';
import { server } from './server.ts';
import { openPostgresSession, type PostgresSession } from './session.ts';
import { settings } from './settings.ts';
import { verbatim } from './verbatim.ts';

export const postgresCollector: SubjectCollector<PostgresSession> = {
  kind: 'postgres-server',
  plan: {
    presents: 'application_name assay/<run id>',
    requests: [startUpInWords, ...verbatim(sessionQuery, idleSessionQuery, systemIdentifierQuery)],
    connections: 1,
  },
  open: openPostgresSession,
  facts: [admissions, decisions, hba, passwords, privileges, roles, server, settings],
};
