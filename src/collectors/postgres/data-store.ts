import type { DataStore } from '../../model/index.ts';
import { columnConstraintsQuery } from '../../postgres/column-constraints.ts';
import {
  declaredColumnsQuery,
  storedColumnsQuery,
  suggestiveColumnsQuery,
} from '../../postgres/data-columns.ts';
import { idleSessionQuery, sessionQuery, systemIdentifierQuery } from '../../postgres/queries.ts';
import type { Query } from '../../postgres/query.ts';
import type { SubjectCollector } from '../collector.ts';
import { startUpInWords } from './connect.ts';
import { dataAges } from './data-ages.ts';
import { dataCanaries } from './data-canaries.ts';
import { dataColumns } from './data-columns.ts';
import { dataConstraints } from './data-constraints.ts';
import { dataDeidentified } from './data-deidentified.ts';
import { dataEncryption } from './data-encryption.ts';
import { dataPurposes } from './data-purposes.ts';
import { dataRecords } from './data-records.ts';
import { dataRequests } from './data-requests.ts';
import { dataSamples } from './data-samples.ts';
import { openPostgresSession, type PostgresSession } from './session.ts';
import { verbatim } from './verbatim.ts';

/** A session with a server, and what its owner says of the data there. */
export interface DataStoreSession extends PostgresSession {
  readonly data: DataStore;
  /** `declaredColumnsQuery` of that data. */
  readonly declaredQuery: Query;
  /** `columnConstraintsQuery` of that data. */
  readonly constraintsQuery: Query;
}

const nothing: DataStore = {
  columns: [],
  retention: [],
  deidentified: [],
  sample: { seed: 1 },
  removableMedia: false,
};

export const dataStoreCollector: SubjectCollector<DataStoreSession> = {
  kind: 'data-store',
  plan: {
    presents: 'application_name assay/<run id>',
    requests: [startUpInWords, ...verbatim(sessionQuery, idleSessionQuery, systemIdentifierQuery)],
    connections: 1,
  },
  open: async (target, subject, context) => {
    const data = target.data ?? nothing;
    const declaredQuery = declaredColumnsQuery(data.columns);
    const constraintsQuery = columnConstraintsQuery(data.constraints ?? []);
    const inside = [suggestiveColumnsQuery, storedColumnsQuery, declaredQuery, constraintsQuery];
    const session = await openPostgresSession(target, subject, context, inside);
    // The number of connections is a getter, which a copy would freeze.
    return Object.assign(session, { data, declaredQuery, constraintsQuery });
  },
  facts: [
    dataAges,
    dataCanaries,
    dataColumns,
    dataConstraints,
    dataDeidentified,
    dataEncryption,
    dataPurposes,
    dataRecords,
    dataRequests,
    dataSamples,
  ],
};
