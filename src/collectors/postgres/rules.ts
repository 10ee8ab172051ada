import type { Completeness } from '../../model/index.ts';
import { type HbaRule, hbaRuleOf } from '../../postgres/hba-rule.ts';
import { isOurs } from '../../postgres/ours.ts';
import { hbaLoadedAccessQuery, hbaLoadedBody, hbaLoadedQueries, hbaQueries } from '../../postgres/queries.ts';
import { type Query, queryFor } from '../../postgres/query.ts';
import { booleanOf, type Row } from '../../postgres/row.ts';
import type { Asking } from './asking.ts';
import type { PostgresSession } from './session.ts';

/** The rules of pg_hba.conf, and what keeps them from being known as the ones in force. */
export interface Rules {
  readonly rules: readonly HbaRule[];
  readonly missing: Completeness['missing'];
}

export const rulesQueries: readonly Query[] = [
  ...hbaQueries,
  hbaLoadedAccessQuery,
  ...Object.values(hbaLoadedQueries),
];

export const rulesBasis =
  'every line of pg_hba.conf as the server parses it (pg_hba_file_rules), and when the file was changed';

export async function readRules(session: PostgresSession, asking: Asking): Promise<Rules> {
  const rows = await asking.ask(session, queryFor(hbaQueries, session.major));
  const rules = rows.map(hbaRuleOf);
  return { rules, missing: [...missingByFile(rows), ...(await missingByReload(session, asking))] };
}

function missingByFile(rows: readonly Row[]): Completeness['missing'] {
  const what = 'the rules in force';
  const broken = rows.some((row) => booleanOf(row, 'errored'));
  const included = rows.some((row) => !booleanOf(row, 'main_file'));
  return [
    ...(broken ? [{ what, why: 'a line in error makes the server keep the rules it had before' }] : []),
    ...(included ? [{ what, why: 'when an included file was changed cannot be seen' }] : []),
  ];
}

/** The view shows the file as it is now: the server goes by it as it was when it last read it. */
async function missingByReload(session: PostgresSession, asking: Asking): Promise<Completeness['missing']> {
  const what = 'the rules in force';
  const unknown =
    'whether pg_hba.conf, or a file that it includes, was changed since the second in which the server read it could not be seen';
  const query = await loadedQuery(session, asking);
  if (query === undefined)
    return [{ what, why: `${unknown}: grant assay_audit.hba_loaded() (assay grants postgres prints it)` }];
  const [row] = await asking.ask(session, query);
  const changed =
    row?.['loaded'] === false ? 'pg_hba.conf was changed after the server last read it' : unknown;
  const quoted =
    'pg_hba.conf, or a file that it includes, may have a keyword in quotes, which makes it a name and does not show in the view';
  return [
    ...(row?.['loaded'] === true ? [] : [{ what, why: changed }]),
    ...(row?.['verbatim'] === true ? [] : [{ what, why: quoted }]),
  ];
}

async function loadedQuery(session: PostgresSession, asking: Asking): Promise<Query | undefined> {
  const [access] = await asking.ask(session, hbaLoadedAccessQuery);
  if (access?.['direct'] === true) return hbaLoadedQueries.direct;
  return isOurs(access, hbaLoadedBody) ? hbaLoadedQueries.granted : undefined;
}
