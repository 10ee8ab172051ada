import type { SubjectCollector } from '../collector.ts';
import { admissions } from './admissions.ts';
import { hba } from './hba.ts';
import { passwords } from './passwords.ts';
import { privileges } from './privileges.ts';
import { roles } from './roles.ts';
import { server } from './server.ts';
import { openPostgresSession, type PostgresSession } from './session.ts';
import { settings } from './settings.ts';

export const postgresCollector: SubjectCollector<PostgresSession> = {
  kind: 'postgres-server',
  open: openPostgresSession,
  facts: [admissions, hba, passwords, privileges, roles, server, settings],
};
