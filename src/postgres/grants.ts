import { logFunctions } from './log.ts';
import { hbaLoadedBody, passwordMethodsBody } from './queries.ts';

/** Where the server runs: on `rds` nobody may read the password store, so no function over it is made. */
export type GrantsPlatform = 'self-managed' | 'rds';

export interface GrantsOptions {
  readonly role: string;
  readonly platform: GrantsPlatform;
  /** With what reads the server's log; not on `rds`, whose log no function reads. */
  readonly log?: boolean;
}

/**
 * The SQL that makes the least-privileged role assay reads a server with: run it as a superuser (`rds`: as a member
 * of `rds_superuser`) in the database that assay connects to. It sets no password: do that with `\password`.
 */
export function grantsSql({ role, platform, log = false }: GrantsOptions): string {
  const name = quoteIdentifier(role);
  const statements =
    platform === 'rds' ? common(name) : [...common(name), ...audited(name), ...(log ? logRead(name) : [])];
  return `${statements.join('\n')}\n`;
}

/**
 * An identifier in double quotes, as SQL text (PostgreSQL, "Lexical Structure").
 *
 * @throws RangeError for a NUL
 */
export function quoteIdentifier(name: string): string {
  if (name === '' || name.includes('\0'))
    throw new RangeError(`expected a role name, got ${JSON.stringify(name)}`);
  return `"${name.replaceAll('"', '""')}"`;
}

function common(name: string): readonly string[] {
  return [
    '-- A role that reads configuration and privileges, and no table of yours. Set its password with \\password.',
    `create role ${name} login nosuperuser nocreatedb nocreaterole noreplication nobypassrls connection limit 4;`,
    `alter role ${name} set default_transaction_read_only = on;`,
    '-- Every setting, including those hidden from ordinary roles.',
    `grant pg_read_all_settings to ${name};`,
    '-- The client authentication rules.',
    `grant select on pg_catalog.pg_hba_file_rules to ${name};`,
    `grant execute on function pg_catalog.pg_hba_file_rules() to ${name};`,
  ];
}

function audited(name: string): readonly string[] {
  return [
    '-- Two questions that only a superuser can answer, answered without what lies behind them.',
    'create schema if not exists assay_audit;',
    'revoke all on schema assay_audit from public;',
    `grant usage on schema assay_audit to ${name};`,
    '-- Which kind of password each role has; no password and no hash leaves the server.',
    ...definer(
      'role_password_methods',
      'table (role text, method text, iterations int, equals_name boolean)',
      passwordMethodsBody,
      name,
    ),
    '-- Whether the authentication rules were changed since the server last read them, and whether a keyword is quoted.',
    ...definer('hba_loaded', 'table (loaded boolean, verbatim boolean)', hbaLoadedBody, name),
  ];
}

function logRead(name: string): readonly string[] {
  return [
    '-- The server’s log: which files of log_directory there are, their bytes, and which sessions are there now. Whoever',
    '-- may call these reads the whole log, statements and what stands in them included.',
    ...logFunctions.flatMap(({ name: fn, parameters, returns, body }) =>
      definer(fn, returns, body, name, parameters),
    ),
  ];
}

function definer(
  fn: string,
  returns: string,
  body: string,
  name: string,
  parameters = '',
): readonly string[] {
  const types = parameters.replace(/(^|, )\w+ /g, '$1');
  return [
    `create or replace function assay_audit.${fn}(${parameters}) returns ${returns}`,
    '  language sql stable security definer set search_path = pg_catalog, pg_temp',
    `as $assay$${body}$assay$;`,
    `revoke all on function assay_audit.${fn}(${types}) from public;`,
    `grant execute on function assay_audit.${fn}(${types}) to ${name};`,
  ];
}
