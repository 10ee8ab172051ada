import type { Code } from './facts/code.ts';
import { objectName } from './object-name.ts';
import { everyMajor, type Query } from './query.ts';
import { integerOf, jsonListOf, type Row, rowOf, textOf } from './row.ts';

/** Literals that look like a secret: assigned to such a name, in a connection string or URL, a private key, a key id. */
const patterns = [
  `(password|passwd|pwd|secret|api_?key|token)["'']{0,2}(\\s+[a-z]+)?\\s*(:=|=>|=|:)\\s*E?''{1,2}[^''%$\\s]{6,}''`,
  `\\mpassword\\s+''{1,2}[^''%$\\s]{4,}''`,
  `''[^'']*\\m(password|passwd|pwd)\\s*=\\s*[^''%$|\\s]{4,}`,
  `\\m[a-z][a-z0-9+.-]*://[^''/:@\\s%]+:[^''/@\\s%]+@`,
  `-----BEGIN [A-Z ]*PRIVATE KEY-----`,
  `\\mAKIA[0-9A-Z]{16}\\M`,
];

const textWith = (source: string): string => `select count(*)::int as total, coalesce(pg_catalog.json_agg(
    pg_catalog.json_build_object('schema', b.schema, 'name', b.name, 'arguments', b.arguments)
    order by b.schema, b.name, b.arguments) filter (where b.suspicious), '[]') as suspicious
from (
  select n.nspname::text as schema, p.proname::text as name,
    pg_catalog.pg_get_function_identity_arguments(p.oid) as arguments,
    ${source} ~* '${patterns.join('|')}' as suspicious
  from pg_catalog.pg_proc p
  join pg_catalog.pg_namespace n on n.oid = p.pronamespace
  join pg_catalog.pg_language l on l.oid = p.prolang
  where n.nspname not in ('pg_catalog', 'information_schema') and l.lanname not in ('internal', 'c')
    and not exists (
      select 1 from pg_catalog.pg_depend x
      where x.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and x.objid = p.oid and x.deptype = 'e')
) b`;

/** In each database; the text of a function is searched where it is and never leaves. */
export const codeQueries: readonly Query[] = [
  {
    name: 'secrets-in-code',
    since: 14,
    before: everyMajor.before,
    text: textWith('coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc)'),
  },
  { name: 'secrets-in-code', since: everyMajor.since, before: 14, text: textWith('p.prosrc') },
];

export const codeOf = (rows: readonly Row[], database: string): Code =>
  rows.map((row) => ({
    database,
    searched: integerOf(row, 'total'),
    suspicious: jsonListOf(row, 'suspicious')
      .map(rowOf)
      .map((one) => ({
        function: `${objectName(textOf(one, 'schema'), textOf(one, 'name'))}(${textOf(one, 'arguments')})`,
      })),
  }));
