import { resumption } from '../../tls/facts/resumption.ts';
import { type Versions, versions } from '../../tls/facts/versions.ts';
import { probeResumption } from '../../tls/sessions/probe-resumption.ts';
import type { FactCollector } from '../collector.ts';
import type { TlsSession } from './session.ts';
import { collectSessions } from './sessions.ts';

/** Collects `tls.resumption`: comes back with what the handshakes of `tls.tickets` brought. */
export const resumptionCollector: FactCollector<TlsSession> = {
  fact: resumption.name,
  needs: [versions.name],
  plan: {
    requests: [
      'what tls.tickets asks; then, for each ticket and session identifier that was given, one handshake that comes back with it',
    ],
  },
  async collect(session, read) {
    return collectSessions(session, (await read(versions.name)) as Versions, {
      list: '/attempts',
      what: 'whether sessions are taken up again',
      basis: 'Each way of taking up the session of a completed handshake, tried once',
      probe: probeResumption,
      answered: ({ value, missing }) => ({ value, missing, returned: value.attempts.length }),
    });
  },
};
