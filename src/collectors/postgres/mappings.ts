import { AssayError, type Completeness } from '../../model/index.ts';
import type { Row } from '../../postgres/row.ts';
import {
  isServerItself,
  mappingOptionQueries,
  mappingsOf,
  mappingsQuery,
} from '../../postgres/user-mappings.ts';
import { type Asking, startAsking } from './asking.ts';
import { answersTo, basisOf, eachDatabase, failuresOf } from './inside-fact.ts';
import type { PostgresFact } from './postgres-fact.ts';
import { verbatim } from './verbatim.ts';
import type { Visit } from './visits.ts';

const { access, direct, granted } = mappingOptionQueries;
const inside = [mappingsQuery, access, direct, granted];

/** The mappings are for everyone to read, their options not: without these an item lacks what they say. */
export const mappings: PostgresFact = {
  fact: 'postgres.mappings',
  needs: [],
  inside,
  plan: { requests: verbatim(...inside), connections: 0, each: eachDatabase },
  collect: async (session) => {
    const asking = startAsking();
    const visits = await session.visits();
    const listed = answersTo(mappingsQuery, visits, asking);
    const looked = listed.map(({ database, rows }) => {
      const visit = visits.entered.find((one) => one.database === database);
      return { database, rows, options: visit === undefined ? undefined : optionsOf(visit, asking) };
    });
    const value = looked.flatMap(({ database, rows, options }) => mappingsOf(rows, database, options));
    const hidden = looked.filter(({ rows, options }) => options === undefined && !rows.every(isServerItself));
    return {
      value,
      method: 'EXAMINE',
      completeness: [
        {
          list: '',
          basis: basisOf(
            'user mappings (pg_user_mappings), and foreign servers with a secret of their own',
            visits,
          ),
          returned: value.length,
          missing: [
            ...visits.notEntered,
            ...failuresOf(mappingsQuery, visits),
            ...hidden.map(({ database }) => withoutOptions(database)),
          ],
        },
      ],
      requests: asking.requests,
      evidence: asking.evidence,
      withheld: ['options of user mappings and foreign servers: the server says only which there are'],
    };
  },
};

/** Directly where the role may read the catalog, else by the function that `assay grants postgres` makes. */
function optionsOf({ database, answers }: Visit, asking: Asking): readonly Row[] | undefined {
  for (const query of [access, direct, granted]) {
    const rows = answers.get(query);
    if (rows === undefined || rows instanceof AssayError) continue;
    asking.keep(query, rows, database);
    if (query !== access) return rows;
  }
  return undefined;
}

const withoutOptions = (database: string): Completeness['missing'][number] => ({
  what: `options of the user mappings of database ${database}`,
  why: 'the role may not see them: grant it EXECUTE on function assay_audit.user_mappings() there (assay grants postgres prints it)',
});
