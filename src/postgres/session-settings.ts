import {
  auditClassesOf,
  bytesOf,
  librariesOf,
  membersOf,
  millisecondsOf,
  numberOf,
  type ReadValue,
  switchOf,
  wordOf,
} from './setting-value.ts';

/** What is known of a setting whose value may differ from session to session. */
export interface SessionSetting {
  readonly value: ReadValue;
  /** Of a list: its members. */
  readonly words?: (text: string) => readonly string[];
  /**
   * Does `value` have less written to the log than `than`? Undefined: cannot be told of these two. Absent: it is not
   * about the log.
   */
  readonly logsLess?: (value: string, than: string) => boolean | undefined;
}

/** From the value that writes least to the one that writes most. */
const rising =
  (...values: readonly string[]): NonNullable<SessionSetting['logsLess']> =>
  (value, than) =>
    [value, than].every((one) => values.includes(one))
      ? values.indexOf(value) < values.indexOf(than)
      : undefined;

/** How much is written at each threshold (PostgreSQL, "When to Log": in a log, LOG stands above ERROR). */
const threshold = rising(
  ...['panic', 'fatal', 'log', 'error', 'warning', 'notice', 'info', 'debug1', 'debug', 'debug2'],
  ...['debug3', 'debug4', 'debug5'],
);
const switched: SessionSetting = { value: switchOf, logsLess: rising('off', 'on') };
const libraries: SessionSetting = { value: wordsIn, words: librariesOf };

function wordsIn(text: string): string {
  return membersOf(text).join(', ');
}

/** Milliseconds from which on a statement is written; -1: none is. */
const durationsLogged = (text: string): number => (text === '-1' ? Number.POSITIVE_INFINITY : Number(text));

/** The settings of which `postgres.effective` tells. */
export const sessionSettings: Readonly<Record<string, SessionSetting>> = {
  'credcheck.password_min_digit': { value: numberOf },
  'credcheck.password_min_length': { value: numberOf },
  'credcheck.password_min_lower': { value: numberOf },
  'credcheck.password_min_upper': { value: numberOf },
  'credcheck.password_reuse_history': { value: numberOf },
  idle_in_transaction_session_timeout: { value: millisecondsOf },
  idle_session_timeout: { value: millisecondsOf },
  listen_addresses: { value: wordsIn, words: membersOf },
  local_preload_libraries: libraries,
  log_connections: { value: wordOf },
  log_disconnections: switched,
  log_duration: switched,
  log_error_verbosity: { value: wordOf, logsLess: rising('terse', 'default', 'verbose') },
  log_min_duration_statement: {
    value: millisecondsOf,
    logsLess: (value, than) => durationsLogged(value) > durationsLogged(than),
  },
  log_min_error_statement: { value: wordOf, logsLess: threshold },
  log_min_messages: { value: wordOf, logsLess: threshold },
  log_parameter_max_length: { value: bytesOf },
  log_parameter_max_length_on_error: { value: bytesOf },
  log_replication_commands: switched,
  log_statement: { value: wordOf, logsLess: rising('none', 'ddl', 'mod', 'all') },
  password_encryption: { value: wordOf },
  'pgaudit.log': {
    value: wordsIn,
    words: auditClassesOf,
    logsLess: (value, than) => {
      const classes = auditClassesOf(value);
      return auditClassesOf(than).some((one) => !classes.includes(one));
    },
  },
  'pgaudit.log_catalog': switched,
  'pgaudit.log_level': {
    value: wordOf,
    logsLess: rising(
      ...['debug5', 'debug4', 'debug3', 'debug2', 'debug1', 'debug', 'info', 'notice', 'warning', 'log'],
    ),
  },
  row_security: { value: switchOf },
  scram_iterations: { value: numberOf },
  session_preload_libraries: libraries,
  shared_preload_libraries: libraries,
};
