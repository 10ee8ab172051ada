import { AssayError, type Completeness } from '../../model/index.ts';
import {
  configurationOf,
  fileErrorsQuery,
  filesLoadedAccessQuery,
  filesLoadedBody,
  filesLoadedQueries,
  pendingQuery,
} from '../../postgres/configuration.ts';
import type { Row } from '../../postgres/row.ts';
import { type Asking, startAsking } from './asking.ts';
import { denied } from './database-error.ts';
import type { PostgresFact } from './postgres-fact.ts';
import { isOurs } from './rules.ts';
import type { PostgresSession } from './session.ts';
import { seesEverySetting, settingsRight } from './setting-rights.ts';
import { verbatim } from './verbatim.ts';

export const configuration: PostgresFact = {
  fact: 'postgres.configuration',
  needs: [],
  plan: {
    requests: verbatim(
      pendingQuery,
      fileErrorsQuery,
      filesLoadedAccessQuery,
      ...Object.values(filesLoadedQueries),
    ),
    connections: 0,
  },
  collect: async (session) => {
    const asking = startAsking();
    const pending = await asking.ask(session, pendingQuery);
    const errors = await fileErrors(session, asking);
    const files = await filesLoaded(session, asking);
    const value = configurationOf(pending, rowsOf(errors), rowsOf(files));
    return {
      value,
      method: 'EXAMINE',
      completeness: [
        {
          list: '/pending',
          basis: 'pg_settings: every setting that waits for a restart',
          returned: value.pending.length,
          missing: seesEverySetting(session)
            ? []
            : [{ what: 'settings that are hidden from the role', why: settingsRight }],
        },
        {
          list: '/errors',
          basis: 'pg_file_settings: every line in error of the files as they are now',
          returned: value.errors.length,
          missing: missingBy('the lines of the configuration files', errors),
        },
        {
          list: '/files',
          basis: 'config_file and every file of pg_file_settings, with the time of its last change',
          returned: value.files.length,
          missing: missingBy('when the configuration files were changed', files),
        },
      ],
      requests: asking.requests,
      evidence: asking.evidence,
      withheld: [
        'values in configuration files, and what the server says of lines in error, which quotes them',
      ],
    };
  },
};

/** Who may not read the files still learns what waits for a restart. */
async function fileErrors(session: PostgresSession, asking: Asking): Promise<readonly Row[] | AssayError> {
  try {
    return await asking.ask(session, fileErrorsQuery);
  } catch (error) {
    if (error instanceof AssayError && error.code === 'ERR_DENIED') return error;
    throw error;
  }
}

/** Directly as a superuser, else by the function that `assay grants postgres` makes. */
async function filesLoaded(session: PostgresSession, asking: Asking): Promise<readonly Row[] | AssayError> {
  const [access] = await asking.ask(session, filesLoadedAccessQuery);
  if (access?.['direct'] === true) return asking.ask(session, filesLoadedQueries.direct);
  return isOurs(access, filesLoadedBody)
    ? asking.ask(session, filesLoadedQueries.granted)
    : denied({ ...filesLoadedQueries.granted, right: 'EXECUTE on function assay_audit.files_loaded()' });
}

const rowsOf = (answer: readonly Row[] | AssayError): readonly Row[] =>
  answer instanceof AssayError ? [] : answer;

const missingBy = (what: string, answer: readonly Row[] | AssayError): Completeness['missing'] =>
  answer instanceof AssayError ? [{ what, why: `${answer.message} (${answer.remedy})` }] : [];
