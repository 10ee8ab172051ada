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
    const denied = errors instanceof AssayError ? errors : undefined;
    const loaded = await filesLoaded(session, asking);
    const value = configurationOf(pending, errors instanceof AssayError ? [] : errors, loaded);
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
          missing: denied === undefined ? [] : missingBy(denied),
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

/** Directly as a superuser, else by the function that `assay grants postgres` makes; undefined: by neither. */
async function filesLoaded(session: PostgresSession, asking: Asking): Promise<Row | undefined> {
  const [access] = await asking.ask(session, filesLoadedAccessQuery);
  if (access?.['direct'] !== true && !isOurs(access, filesLoadedBody)) return undefined;
  const query = access?.['direct'] === true ? filesLoadedQueries.direct : filesLoadedQueries.granted;
  const [row] = await asking.ask(session, query);
  return row;
}

const missingBy = ({ message, remedy }: AssayError): Completeness['missing'] => [
  { what: 'the lines of the configuration files', why: `${message} (${remedy})` },
];
