import type { Completeness } from '../../model/index.ts';
import { replicationOf, sendersQuery, slotsQuery, standbyQuery } from '../../postgres/replication.ts';
import type { Row } from '../../postgres/row.ts';
import { isHidden } from '../../postgres/sessions.ts';
import { startAsking } from './asking.ts';
import type { PostgresFact } from './postgres-fact.ts';
import { statisticsRight } from './sessions.ts';
import { verbatim } from './verbatim.ts';

export const replication: PostgresFact = {
  fact: 'postgres.replication',
  needs: [],
  plan: { requests: verbatim(standbyQuery, sendersQuery, slotsQuery), connections: 0 },
  collect: async (session) => {
    const asking = startAsking();
    const standby = await asking.ask(session, standbyQuery);
    const senders = await asking.ask(session, sendersQuery);
    const slots = await asking.ask(session, slotsQuery);
    const value = replicationOf({ standby, senders, slots });
    return {
      value,
      method: 'EXAMINE',
      completeness: [
        sendersList(senders, value.senders.length),
        {
          list: '/slots',
          basis: 'every one of the replication slots of the server (pg_replication_slots)',
          returned: slots.length,
          total: slots.length,
          missing: [],
        },
      ],
      requests: asking.requests,
      evidence: asking.evidence,
      withheld: ['primary_conninfo: it may hold a password'],
    };
  },
};

function sendersList(rows: readonly Row[], returned: number): Completeness {
  const hidden = rows.filter(isHidden).length;
  return {
    list: '/senders',
    basis: 'every one of the sessions that the log is sent over at this time (pg_stat_replication)',
    returned,
    total: rows.length,
    missing: hidden === 0 ? [] : [{ what: `${hidden} sessions of replication`, why: statisticsRight }],
  };
}
