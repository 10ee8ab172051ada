import { isAuthorisation, isDisconnection, type LogEntry } from './entry.ts';

/** Entries that an audit reads, by kind. */
export const auditClasses = ['log-in', 'log-in-failure', 'log-out', 'denial', 'statement', 'audit'] as const;
export type AuditClass = (typeof auditClasses)[number];

/** Beginnings of what `log_statement` and `log_min_duration_statement` write. */
const statements = /^(?:statement|execute [^:]{0,128}|fastpath function call)?: |^duration: \d/;

/** The class of an entry; undefined: none that an audit is about. */
export function auditClassOf(entry: LogEntry): AuditClass | undefined {
  const { primary, severity, message, sqlState } = entry;
  if (!primary) return undefined;
  if (isAuthorisation(entry)) return 'log-in';
  if (isDisconnection(entry)) return 'log-out';
  if (message.startsWith('AUDIT: ')) return 'audit';
  if (severity === 'FATAL' && isLogInFailure(message, sqlState)) return 'log-in-failure';
  if (severity === 'ERROR' && isDenial(message, sqlState)) return 'denial';
  return severity === 'LOG' && statements.test(message) ? 'statement' : undefined;
}

/** SQLSTATE class 28, "invalid authorization specification"; without it the words of the server. */
const isLogInFailure = (message: string, sqlState: string | undefined): boolean =>
  sqlState === undefined
    ? /authentication failed for user|no pg_hba\.conf entry|^pg_hba\.conf rejects|^role ".*" does not exist/.test(
        message,
      )
    : sqlState.startsWith('28');

const isDenial = (message: string, sqlState: string | undefined): boolean =>
  sqlState === undefined ? /^permission denied |^must be /.test(message) : sqlState === '42501';
