import { everyMajor, type Query } from './query.ts';

/** Every database, as the rules name it. */
export const hbaDatabasesQuery: Query = {
  ...everyMajor,
  name: 'hba-databases',
  text: `select d.datname::text as database, d.datallowconn as allows_connections
from pg_catalog.pg_database d order by d.datname`,
};

/** PostgreSQL 16 brought regular expressions to the names in rules. */
const patternsSince = 16;

const verdictOn = (table: string, column: string): string => `array(select t.${column}::text
    from pg_catalog.${table} t where pg_catalog.octet_length(t.${column}::text) = pg_catalog.char_length(t.${column}::text)
    and p.plain and t.${column}::text collate "C" ~ pg_catalog.substr(p.pattern, 2) order by 1) as matching,
  array(select t.${column}::text from pg_catalog.${table} t
    where not (pg_catalog.octet_length(t.${column}::text) = pg_catalog.char_length(t.${column}::text) and p.plain)
    order by 1) as undecided`;

const patternsFrom = (parameter: string): string => `from (select x.pattern,
  pg_catalog.octet_length(x.pattern) = pg_catalog.char_length(x.pattern) as plain
  from pg_catalog.unnest(${parameter}::text[]) x(pattern)) p`;

/**
 * $1: regular expressions for roles, $2: for databases, as rules write them. The server matches them with the same
 * engine and collation as its rules, but rules byte by byte: where a letter takes more than one, this cannot tell.
 */
export const patternsQuery: Query = {
  name: 'hba-patterns',
  since: patternsSince,
  before: everyMajor.before,
  text: `select 'user' as kind, p.pattern, ${verdictOn('pg_roles', 'rolname')}
${patternsFrom('$1')}
union all
select 'database' as kind, p.pattern, ${verdictOn('pg_database', 'datname')}
${patternsFrom('$2')}
order by 1, 2`,
};

/** Where the server sees us, and where it is seen; null over the socket. */
export const clientAddressQuery: Query = {
  ...everyMajor,
  name: 'client-address',
  text: `select pg_catalog.host(pg_catalog.inet_client_addr()) as client,
  pg_catalog.host(pg_catalog.inet_server_addr()) as server`,
};
