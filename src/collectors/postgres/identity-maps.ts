import { AssayError, type Completeness } from '../../model/index.ts';
import {
  identityMapsOf,
  identLoadedBody,
  identLoadedQueries,
  identQueries,
  isErrored,
} from '../../postgres/identity-maps.ts';
import { isOurs } from '../../postgres/ours.ts';
import { isFor, type Query } from '../../postgres/query.ts';
import { auditFunctionsQuery } from '../../postgres/rights.ts';
import { booleanOf, type Row, textOf } from '../../postgres/row.ts';
import { type Asking, startAsking } from './asking.ts';
import type { PostgresFact } from './postgres-fact.ts';
import type { PostgresSession } from './session.ts';
import { verbatim } from './verbatim.ts';

export const identityMaps: PostgresFact = {
  fact: 'postgres.identityMaps',
  needs: [],
  plan: {
    requests: verbatim(...identQueries, auditFunctionsQuery, ...Object.values(identLoadedQueries)),
    connections: 0,
  },
  collect: async (session) => {
    const asking = startAsking();
    const rows = await asking.ask(session, queryOf(session));
    const value = identityMapsOf(rows);
    return {
      value,
      method: 'EXAMINE',
      completeness: [
        {
          list: '',
          basis:
            'every line of pg_ident.conf as the server parses it (pg_ident_file_mappings), and when the file was changed',
          returned: value.length,
          missing: [...missingByFile(rows), ...(await missingByReload(session, asking))],
        },
      ],
      requests: asking.requests,
      evidence: asking.evidence,
    };
  },
};

function queryOf({ major }: PostgresSession): Query {
  const query = identQueries.find((one) => isFor(one, major));
  if (query !== undefined) return query;
  throw new AssayError(
    'ERR_UNSUPPORTED_VERSION',
    `expected PostgreSQL 15 or later, which shows its identity maps, got ${major}`,
    { remedy: 'upgrade the server, or read its pg_ident.conf' },
  );
}

const what = 'the identity maps in force';

function missingByFile(rows: readonly Row[]): Completeness['missing'] {
  const included = rows.some((row) => !booleanOf(row, 'main_file'));
  return [
    ...(rows.some(isErrored)
      ? [{ what, why: 'a line in error makes the server keep the maps it had before' }]
      : []),
    ...(included ? [{ what, why: 'when an included file was changed cannot be seen' }] : []),
  ];
}

/** The view shows the file as it is now: the server goes by it as it was when it last read it. */
async function missingByReload(session: PostgresSession, asking: Asking): Promise<Completeness['missing']> {
  const unknown =
    'whether pg_ident.conf, or a file that it includes, was changed since the second in which the server read it could not be seen';
  const query = await loadedQuery(session, asking);
  if (query === undefined)
    return [{ what, why: `${unknown}: grant assay_audit.ident_loaded() (assay grants postgres prints it)` }];
  const [row] = await asking.ask(session, query);
  if (row?.['loaded'] === true) return [];
  const changed = 'pg_ident.conf was changed after the server last read it';
  return [{ what, why: row?.['loaded'] === false ? changed : unknown }];
}

async function loadedQuery(session: PostgresSession, asking: Asking): Promise<Query | undefined> {
  if (booleanOf(session.self, 'superuser')) return identLoadedQueries.direct;
  const functions = await asking.ask(session, auditFunctionsQuery);
  const ours = functions.find((row) => textOf(row, 'function') === 'ident_loaded');
  return isOurs(ours, identLoadedBody) ? identLoadedQueries.granted : undefined;
}
