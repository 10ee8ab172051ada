import { byCodeUnit, type DataStore } from '../model/index.ts';
import { declaredCounts } from './declared-counts.ts';
import { definitionOf, nameOf, type OwnedFunction, ownedKinds } from './owned-function.ts';
import { quoteIdentifier } from './quoting.ts';

/**
 * The SQL that lets a role that is there have declared columns counted, and read none of them: psql runs it as a
 * superuser, or as a member of the owners who may make schemas. What an earlier run made and is not declared any more goes.
 *
 * @throws RangeError for names that psql cannot take
 */
export function samplingGrantsSql(role: string, data: DataStore): string {
  const functions = functionsOf(data);
  const databases = new Set(functions.map(({ column }) => column.database));
  const functionsIn = (database: string): readonly OwnedFunction[] =>
    functions.filter(({ column }) => column.database === database);
  const statements = [...databases]
    .sort(byCodeUnit)
    .flatMap((database) => inDatabase(database, role, functionsIn(database)));
  return ['\\set ON_ERROR_STOP on', ...statements, ''].join('\n');
}

/** Each once: a planted card number may lie in a column that is declared too. */
function functionsOf(data: DataStore): readonly OwnedFunction[] {
  const all = declaredCounts(data).map(({ made }) => made);
  return [...new Map(all.map((made) => [`${made.column.database}.${nameOf(made)}`, made])).values()];
}

function inDatabase(database: string, role: string, functions: readonly OwnedFunction[]): readonly string[] {
  const name = quoteIdentifier(role);
  return [
    `\\connect ${connectionTo(database)}`,
    '-- All or nothing: what an earlier run made stays where a column is not there.',
    'begin;',
    '-- An operator of another schema could be the nearer match, and run with your rights.',
    'set local search_path = pg_catalog, pg_temp;',
    '-- To try a function out would open its table, which may run code of the owner of that with your rights.',
    'set local check_function_bodies = off;',
    '-- Counts over declared columns and tables. Each function reads one of them with the rights of the table’s owner, and says',
    `-- only how many of its values are of which form: ${name.replace(/[\r\n]/g, ' ')} reads no row.`,
    `grant connect on database ${quoteIdentifier(database)} to ${name};`,
    'create schema if not exists assay_audit;',
    'revoke all on schema assay_audit from public;',
    `grant usage on schema assay_audit to ${name};`,
    'do $assay$ declare made regprocedure; begin',
    "  for made in select p.oid from pg_catalog.pg_proc p where p.pronamespace = 'assay_audit'::regnamespace",
    `    and p.proname ~ '^(${ownedKinds.join('|')})_[0-9a-f]{16}$' loop`,
    "    execute 'drop function ' || made::text;",
    '  end loop;',
    'end $assay$;',
    ...functions.flatMap((made) => definitionOf(made, role)),
    'commit;',
  ];
}

/** As pg_dumpall has it: psql takes a bare name with an equals sign for connection parameters. */
function connectionTo(database: string): string {
  if (/[\r\n\0]/.test(database))
    throw new RangeError(`expected a name in one line, got ${JSON.stringify(database)}`);
  const value = database.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  return `-reuse-previous=on ${quoteIdentifier(`dbname='${value}'`)}`;
}
