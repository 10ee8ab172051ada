import { platformQuery } from '../../postgres/platform.ts';
import {
  idleSessionQuery,
  sessionQuery,
  startedQuery,
  systemIdentifierQuery,
} from '../../postgres/queries.ts';
import type { SubjectCollector } from '../collector.ts';
import { startUpInWords } from './connect.ts';
import { canaries } from './log-canaries.ts';
import { actors, continuity, fields, matches, retention } from './log-facts.ts';
import { logIns } from './log-ins.ts';
import { type LogSession, openLogSession } from './log-session.ts';
import { verbatim } from './verbatim.ts';

/** Everything that can be looked at in the log of a PostgreSQL server. */
export const logStoreCollector: SubjectCollector<LogSession> = {
  kind: 'log-store',
  plan: {
    presents: 'application_name assay/<run id>',
    requests: [
      startUpInWords,
      ...verbatim(sessionQuery, idleSessionQuery, systemIdentifierQuery, startedQuery, platformQuery),
    ],
    connections: 1,
  },
  open: openLogSession,
  facts: [actors, canaries, continuity, fields, matches, retention, logIns],
};
