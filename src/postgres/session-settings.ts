import { listenAddressesOf } from './listen-address.ts';
import {
  auditClassesOf,
  bytesOf,
  kilobytesOf,
  librariesOf,
  membersOf,
  millisecondsOf,
  numberOf,
  type ReadValue,
  rateOf,
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

/** Milliseconds or kilobytes from which on something is written; -1: nothing is. */
const fromOn: NonNullable<SessionSetting['logsLess']> = (value, than) => {
  const least = (text: string): number => (text === '-1' ? Number.POSITIVE_INFINITY : Number(text));
  return least(value) > least(than);
};
const slowLogged: SessionSetting = { value: millisecondsOf, logsLess: fromOn };
const sampled: SessionSetting = {
  value: rateOf,
  logsLess: (value, than) => Number(value) < Number(than),
};

/** Bytes of a parameter that are written; 0: all. */
const bytesWritten: NonNullable<SessionSetting['logsLess']> = (value, than) => {
  const most = (text: string): number => (text === '0' ? Number.POSITIVE_INFINITY : Number(text));
  return most(value) < most(than);
};

/** The settings of which `postgres.effective` tells. */
export const sessionSettings: Readonly<Record<string, SessionSetting>> = {
  'credcheck.password_min_digit': { value: numberOf },
  'credcheck.password_min_length': { value: numberOf },
  'credcheck.password_min_lower': { value: numberOf },
  'credcheck.password_min_upper': { value: numberOf },
  'credcheck.password_reuse_history': { value: numberOf },
  event_triggers: { value: switchOf },
  idle_in_transaction_session_timeout: { value: millisecondsOf },
  idle_session_timeout: { value: millisecondsOf },
  ignore_checksum_failure: { value: switchOf },
  listen_addresses: { value: wordsIn, words: listenAddressesOf },
  lo_compat_privileges: { value: switchOf },
  local_preload_libraries: libraries,
  log_connections: { value: wordOf },
  log_disconnections: switched,
  log_duration: switched,
  log_error_verbosity: { value: wordOf, logsLess: rising('terse', 'default', 'verbose') },
  log_executor_stats: switched,
  log_lock_failures: switched,
  log_lock_waits: switched,
  log_min_duration_sample: slowLogged,
  log_min_duration_statement: slowLogged,
  log_min_error_statement: { value: wordOf, logsLess: threshold },
  log_min_messages: { value: wordOf, logsLess: threshold },
  log_parameter_max_length: { value: bytesOf },
  log_parameter_max_length_on_error: { value: bytesOf },
  log_parser_stats: switched,
  log_planner_stats: switched,
  log_replication_commands: switched,
  log_statement: { value: wordOf, logsLess: rising('none', 'ddl', 'mod', 'all') },
  log_statement_sample_rate: sampled,
  log_statement_stats: switched,
  log_temp_files: { value: kilobytesOf, logsLess: fromOn },
  log_transaction_sample_rate: sampled,
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
  'pgaudit.log_client': { value: switchOf },
  'pgaudit.log_level': {
    value: wordOf,
    logsLess: rising(
      ...['debug5', 'debug4', 'debug3', 'debug2', 'debug1', 'debug', 'info', 'notice', 'warning', 'log'],
    ),
  },
  'pgaudit.log_parameter': switched,
  'pgaudit.log_parameter_max_size': { value: bytesOf, logsLess: bytesWritten },
  'pgaudit.log_relation': switched,
  'pgaudit.log_rows': switched,
  'pgaudit.log_statement': switched,
  // On: a statement's text and parameters stand only with the first of its entries.
  'pgaudit.log_statement_once': { value: switchOf, logsLess: rising('on', 'off') },
  row_security: { value: switchOf },
  scram_iterations: { value: numberOf },
  session_preload_libraries: libraries,
  session_replication_role: { value: wordOf },
  shared_preload_libraries: libraries,
  zero_damaged_pages: { value: switchOf },
};

/** About the log, and none of those above: whether it has less written cannot be told of any value. */
export const unknownLogSetting: SessionSetting = { value: () => undefined, logsLess: () => undefined };

export const isUnknownLogSetting = (name: string): boolean =>
  /^(log_|pgaudit\.)/.test(name) && !Object.hasOwn(sessionSettings, name);
