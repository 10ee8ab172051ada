import { AssayError, type Completeness } from '../../model/index.ts';
import { foldersOf, foldersQueries } from '../../postgres/folders.ts';
import type { Row } from '../../postgres/row.ts';
import { startAsking } from './asking.ts';
import type { PostgresFact } from './postgres-fact.ts';
import { verbatim } from './verbatim.ts';

export const folders: PostgresFact = {
  fact: 'postgres.folders',
  needs: [],
  plan: { requests: verbatim(...foldersQueries), connections: 0 },
  collect: async (session) => {
    const asking = startAsking();
    const rows: Row[] = [];
    const missing: Completeness['missing'][number][] = [];
    for (const query of foldersQueries) {
      try {
        rows.push(...(await asking.ask(session, query)));
      } catch (error) {
        if (!(error instanceof AssayError) || error.code !== 'ERR_DENIED') throw error;
        if (missing.length + 1 === foldersQueries.length) throw error;
        missing.push({ what: query.name, why: `${error.message} (${error.remedy})` });
      }
    }
    const value = foldersOf(rows);
    const basis = 'the folders as the server lists them (pg_ls_logdir, pg_ls_waldir)';
    return {
      value,
      method: 'EXAMINE',
      completeness: [{ list: '', basis, returned: value.length, missing }],
      requests: asking.requests,
      evidence: asking.evidence,
    };
  },
};
