import { type Grant, type GrantsPlatform, isPossible, type Right } from './grant.ts';
import { grantedRights } from './granted-rights.ts';
import { logFunctions } from './log.ts';
import { quoteIdentifier } from './quoting.ts';

export interface GrantsOptions {
  readonly role: string;
  readonly platform: GrantsPlatform;
  /** With what reads the server's log; on managed platforms no function can. */
  readonly log?: boolean;
}

/**
 * The SQL that makes the least-privileged role assay reads a server with: run it as a superuser (on a managed platform:
 * as its administrator) in the database that assay connects to. It sets no password: do that with `\password`.
 *
 * @throws RangeError for what is no role name
 */
export function grantsSql({ role, platform, log = false }: GrantsOptions): string {
  const name = quoteIdentifier(role);
  const possible = grantedRights.filter((grant) => isPossible(grant, platform));
  const rights = possible.flatMap((grant) => grant.rights);
  const schema = rights.some(({ kind }) => kind === 'definer') ? auditSchema(name) : [];
  const simple = possible.filter((grant) => !grant.rights.some(isDefiner));
  const definers = possible.filter((grant) => grant.rights.some(isDefiner));
  const repeated = definers.filter(({ alsoIn }) => alsoIn !== undefined);
  const once = definers.filter(({ alsoIn }) => alsoIn === undefined);
  const lines = [
    ...roleItself(name),
    ...simple.flatMap((grant) => statementsOf(grant, name, platform)),
    ...repeated.map(
      ({ alsoIn }) => `-- From here to the next line of stars also in other ${alsoIn?.words}. ${stars}`,
    ),
    ...schema,
    ...repeated.flatMap((grant) => statementsOf(grant, name, platform)),
    ...(repeated.length === 0 ? [] : [`-- ${stars}`]),
    ...once.flatMap((grant) => statementsOf(grant, name, platform)),
    ...(log && platform === 'self-managed' ? logRead(name) : []),
    ...grantedRights.filter((grant) => !isPossible(grant, platform)).flatMap(lossOf),
  ];
  return `${lines.join('\n')}\n`;
}

const stars = '*'.repeat(20);

const isDefiner = ({ kind }: Right): boolean => kind === 'definer';

const roleItself = (name: string): readonly string[] => [
  '-- A role that reads configuration and privileges, and no table of yours. Set its password with \\password.',
  `create role ${name} login nosuperuser nocreatedb nocreaterole noreplication nobypassrls connection limit 12;`,
  `alter role ${name} set default_transaction_read_only = on;`,
];

const auditSchema = (name: string): readonly string[] => [
  '-- Questions that only a superuser can answer, answered without what lies behind them.',
  'create schema if not exists assay_audit;',
  'revoke all on schema assay_audit from public;',
  `grant usage on schema assay_audit to ${name};`,
];

const statementsOf = ({ shows, facts, rights }: Grant, name: string, platform: GrantsPlatform) => [
  `-- ${shows} (${facts.join(', ')})`,
  ...rights.flatMap((right) => statementsFor(right, name, platform)),
];

const lossOf = ({ shows, facts }: Grant): readonly string[] => [
  `-- Cannot be granted on this platform: ${shows}`,
  `--   Without it controls that need it are not proven: ${facts.join(', ')}.`,
];

function statementsFor(right: Right, name: string, platform: GrantsPlatform): readonly string[] {
  const inPlace = platform === 'self-managed' || !('managed' in right) ? undefined : right.managed;
  switch (right.kind) {
    case 'membership':
      return [`grant ${inPlace ?? right.role} to ${name};`];
    case 'select':
      return [sinceVersion(right.since, `grant select on pg_catalog.${right.relation} to ${name}`)];
    case 'execute':
      if (inPlace !== undefined) return [`grant ${inPlace} to ${name};`];
      return [
        sinceVersion(right.since, `grant execute on function pg_catalog.${right.signature} to ${name}`),
      ];
    case 'definer':
      return definer(right, name);
  }
}

/** The same SQL is for every version: older servers pass over what they do not have. */
function sinceVersion(major: number | undefined, statement: string): string {
  if (major === undefined) return `${statement};`;
  const condition = `current_setting('server_version_num')::int >= ${major * 10_000}`;
  return `do ${quoteLiteral(`begin if ${condition} then execute ${quoteLiteral(statement)}; end if; end`)};`;
}

/** As SQL text; within literals every quote counts, and a backslash is one. */
const quoteLiteral = (text: string): string => `'${text.replaceAll("'", "''")}'`;

function logRead(name: string): readonly string[] {
  return [
    '-- The server’s log: which files of log_directory there are, their bytes, and which sessions are there now. Whoever',
    '-- may call these reads the whole log, statements and what stands in them included. A canary-table needs more, which',
    '-- is not granted here: USAGE on its schema and SELECT on one column of it. The marked read of it shows no row.',
    ...logFunctions.flatMap((each) => definer(each, name)),
  ];
}

interface DefinerFunction {
  readonly name: string;
  /** With their names, as SQL; absent: none. */
  readonly parameters?: string;
  readonly returns: string;
  readonly body: string;
}

function definer(
  { name: fn, parameters = '', returns, body }: DefinerFunction,
  name: string,
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
