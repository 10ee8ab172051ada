import { AssayError, type LogSource, type Subject, type Target } from '../../model/index.ts';
import type { CollectContext } from '../collector.ts';
import { connect, type Link, type Route } from './connect.ts';
import { type LogReading, readLog } from './log-reading.ts';
import { openPostgresSession, type PostgresSession } from './session.ts';

/** A look at the log that a server writes, beside a session with that server. */
export interface LogSession extends PostgresSession {
  readonly target: Target;
  readonly subject: Subject;
  readonly source: LogSource;
  /** A further connection, which counts. */
  connect(route: Route): Promise<Link>;
  /** All of the log that reaches into the window; read once. */
  reading(): Promise<LogReading>;
}

/** @throws AssayError as `openPostgresSession` does */
export async function openLogSession(
  target: Target,
  subject: Subject,
  context: CollectContext,
): Promise<LogSession> {
  const source = target.postgres?.log;
  if (source === undefined) throw noLog();
  const session = await openPostgresSession(target, subject, context);
  let further = 0;
  let reading: Promise<LogReading> | undefined;
  return {
    ...session,
    target,
    subject,
    source,
    get connections() {
      return session.connections + further;
    },
    connect: (route) => {
      further++;
      return connect(route);
    },
    reading: () => {
      reading ??= readLog(session, source, context);
      return reading;
    },
  };
}

function noLog(): AssayError {
  return new AssayError('ERR_NO_COLLECTOR', 'expected a target that declares its log, got another', {
    remedy: 'Declare log: of the PostgreSQL target.',
  });
}
