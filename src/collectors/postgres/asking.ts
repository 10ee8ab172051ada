import type { EvidenceItem, Json } from '../../model/index.ts';
import type { Query } from '../../postgres/queries.ts';
import type { Row } from '../../postgres/row.ts';
import { evidenceOf } from './session.ts';

/** Asks queries and keeps what was asked and answered, for one fact. */
export interface Asking {
  readonly requests: readonly string[];
  readonly evidence: readonly EvidenceItem[];
  /** `link`: the session, or a further connection; `place` names it in the evidence's title. */
  ask(link: Answering, query: Query, values?: readonly Json[], place?: string): Promise<readonly Row[]>;
}

interface Answering {
  query(query: Query, values?: readonly Json[]): Promise<readonly Row[]>;
}

export function startAsking(): Asking {
  const requests: string[] = [];
  const evidence: EvidenceItem[] = [];
  return {
    requests,
    evidence,
    ask: async (link, query, values = [], place) => {
      requests.push(place === undefined ? query.text : `-- in database ${place}\n${query.text}`);
      const rows = await link.query(query, values);
      const item = evidenceOf(query, values, rows);
      evidence.push(place === undefined ? item : { ...item, title: `${item.title} in database ${place}` });
      return rows;
    },
  };
}
