import { AssayError, type Completeness } from '../../model/index.ts';
import {
  configurationOf,
  type FileQuestion,
  fileErrors,
  filesLoaded,
  pendingQuery,
} from '../../postgres/configuration.ts';
import { isOurs } from '../../postgres/ours.ts';
import type { Query } from '../../postgres/query.ts';
import type { Row } from '../../postgres/row.ts';
import { type Asking, startAsking } from './asking.ts';
import { denied } from './database-error.ts';
import type { PostgresFact } from './postgres-fact.ts';
import type { PostgresSession } from './session.ts';
import { seesEverySetting, settingsRight } from './setting-rights.ts';
import { verbatim } from './verbatim.ts';

const queriesOf = ({ access, direct, granted }: FileQuestion): readonly Query[] => [access, direct, granted];

export const configuration: PostgresFact = {
  fact: 'postgres.configuration',
  needs: [],
  plan: { requests: verbatim(pendingQuery, ...[fileErrors, filesLoaded].flatMap(queriesOf)), connections: 0 },
  collect: async (session) => {
    const asking = startAsking();
    const pending = await asking.ask(session, pendingQuery);
    const errors = await answerTo(fileErrors, session, asking);
    const files = await answerTo(filesLoaded, session, asking);
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
          basis:
            'config_file, postgresql.auto.conf and every file of pg_file_settings and pg_settings, with the time of its last change',
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

/** Directly as a superuser, else by the function that `assay grants postgres` makes; an error: by neither. */
async function answerTo(
  question: FileQuestion,
  session: PostgresSession,
  asking: Asking,
): Promise<readonly Row[] | AssayError> {
  const [access] = await asking.ask(session, question.access);
  if (access?.['direct'] === true) return asking.ask(session, question.direct);
  return isOurs(access, question.body)
    ? asking.ask(session, question.granted)
    : denied({ ...question.granted, right: `EXECUTE on function assay_audit.${question.function}()` });
}

const rowsOf = (answer: readonly Row[] | AssayError): readonly Row[] =>
  answer instanceof AssayError ? [] : answer;

const missingBy = (what: string, answer: readonly Row[] | AssayError): Completeness['missing'] =>
  answer instanceof AssayError ? [{ what, why: `${answer.message} (${answer.remedy})` }] : [];
