import type { EvidenceItem, Json } from '../../model/index.ts';
import type { Query } from '../../postgres/query.ts';
import type { Row } from '../../postgres/row.ts';
import { evidenceOf } from './session.ts';

/** Asks queries and keeps what was asked and answered, for one fact. */
export interface Asking {
  readonly requests: readonly string[];
  readonly evidence: readonly EvidenceItem[];
  ask(link: Answering, query: Query, values?: readonly Json[]): Promise<readonly Row[]>;
  /** Keeps an answer that is there already; `place`: the database that gave it. */
  keep(query: Query, values: readonly Json[], rows: readonly Row[], place?: string): void;
}

interface Answering {
  query(query: Query, values?: readonly Json[]): Promise<readonly Row[]>;
}

export function startAsking(): Asking {
  const requests = new Set<string>();
  const evidence: EvidenceItem[] = [];
  const keep: Asking['keep'] = (query, values, rows, place) => {
    const item = evidenceOf(query, values, rows);
    evidence.push(place === undefined ? item : { ...item, title: `${item.title} in database ${place}` });
  };
  return {
    get requests() {
      return [...requests];
    },
    evidence,
    keep: (query, values, rows, place) => {
      requests.add(place === undefined ? query.text : `-- in each database\n${query.text}`);
      keep(query, values, rows, place);
    },
    ask: async (link, query, values = []) => {
      requests.add(query.text);
      const rows = await link.query(query, values);
      keep(query, values, rows);
      return rows;
    },
  };
}
